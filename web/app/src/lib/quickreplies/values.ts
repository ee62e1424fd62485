/** What the variables of a Quick Reply stand for in a conversation, as far as it is known here. */

import type { Contact, Id } from "../../api/types";
import { live } from "../live.svelte";
import type { Values } from "./variables";

/** As much of a conversation as that takes; of one that is only being begun there is no number yet, and of somebody new no id. */
export type About = {
  readonly contact: { readonly id: Id | null; readonly name: string };
  readonly address: string;
  readonly number: number | null;
  readonly channel_id: Id;
  readonly team_id: Id | null;
};

export function valuesOf(conversation: About, contact: Contact | null): Values {
  const address = conversation.address.includes("@") ? conversation.address : "";
  return {
    contact: {
      name: contact?.name || conversation.contact.name,
      email: contact?.identities.find(({ connector }) => connector === "email")?.address ?? address,
      attributes: contact?.attributes ?? {},
    },
    agent: { name: live.me.name },
    conversation: { number: conversation.number },
    channel: { name: live.channel(conversation.channel_id)?.name ?? "" },
    team: { name: (conversation.team_id === null ? undefined : live.team(conversation.team_id)?.name) ?? "" },
  };
}

/** First the customer's language, if it is known, then the agent's. */
export const languagesOf = (contact: Contact | null, locale: string): string[] => [...(contact?.language ? [contact.language] : []), locale];

/** What a notification says, in the page and in the service worker alike. */

import type { Notification } from "../../api/types";
import type { Catalogue } from "../../i18n";

export type Words = Catalogue["notifications"];
/** As it is shown on a desktop. `tag`: the next one of the same conversation takes its place. */
export interface Shown {
  readonly title: string;
  readonly body: string;
  readonly tag: string;
  readonly path: string;
}

/** In one line, with how many it stands for. */
export function sentence(words: Words, one: Pick<Notification, "kind" | "actor_name" | "contact_name" | "count">): string {
  const text = words.says[one.kind](one.actor_name || words.somebody, one.contact_name || words.somebody);
  return one.count > 1 ? `${text} (${one.count})` : text;
}

/** Where it opens: the conversation at its message. */
export function pathTo(one: Pick<Notification, "conversation_id" | "message_id">): string {
  return `/all/${one.conversation_id}${one.message_id ? `?message=${one.message_id}` : ""}`;
}

export function shownAs(words: Words, one: Notification | null): Shown {
  if (one === null) return { ...words.trial, tag: "trial", path: "/settings/notifications" };
  return { title: sentence(words, one), body: one.preview, tag: one.conversation_id, path: pathTo(one) };
}

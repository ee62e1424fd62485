/** What is read off a conversation in more than one place. Pure. */

import type { Conversation, Id } from "../api/types";

export const customerName = (conversation: Conversation): string => conversation.contact.name.trim() || conversation.address;

/** Why nobody can answer now; null when one can. What is said of the contact is newer than what was said of the reply. */
export function replyRefusal({ contact, reply }: Conversation): string | null {
  if (contact.blocked ?? reply.reason === "blocked") return "blocked";
  return reply.allowed || reply.reason === "blocked" ? null : (reply.reason ?? "");
}

export const unreadOf = (conversation: Conversation): number =>
  conversation.read_count == null ? 0 : Math.max(0, conversation.inbound_count - conversation.read_count);

export const isMine = (conversation: Conversation, myId: Id): boolean =>
  conversation.handler.kind === "agent" && conversation.handler.id === myId;

/** The customer spoke last and nobody has answered (R13). */
export const customerWaits = (conversation: Conversation): boolean =>
  conversation.last_message?.direction === "in" || conversation.waiting_since !== null;

/** What the main button of the header does. */
export type MainAction = "pick" | "take_over" | "close" | "reopen";

export function mainAction(conversation: Conversation, myId: Id): MainAction {
  if (conversation.status === "closed") return "reopen";
  if (conversation.handler.kind === "none") return "pick";
  return isMine(conversation, myId) ? "close" : "take_over";
}

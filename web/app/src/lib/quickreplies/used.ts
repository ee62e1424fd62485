/** The Quick Replies that a message is being written with, by conversation, until it is sent: sending counts their use. */

import type { Id } from "../../api/types";

const used = new Map<Id, Id[]>();

export function use(conversation: Id, reply: Id): void {
  const known = used.get(conversation) ?? [];
  if (!known.includes(reply)) used.set(conversation, [...known, reply].slice(-20));
}

/** And forgets them. */
export function takeUsed(conversation: Id): Id[] {
  const known = used.get(conversation) ?? [];
  used.delete(conversation);
  return known;
}

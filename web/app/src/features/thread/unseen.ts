/** Sending over a newer message that one has not seen asks once. Pure. */

import type { Conversation } from "../../api/types";
import type { ShownMessage, ThreadShown } from "../../sync/model";

export type Unseen = { readonly seq: number; readonly text: string; readonly name: string; readonly count: number };

/** `began`: the newest seq when I began to type; `seen`: the newest that was on my screen; `asked`: as far as I was asked already. */
export type Known = { readonly began: number; readonly seen: number; readonly asked: number };

/** What the customer wrote meanwhile and I have not seen, its newest shown; null when there is nothing to ask. */
export function unseenBy(thread: ThreadShown, conversation: Conversation, { began, seen, asked }: Known): Unseen | null {
  const known = Math.max(began, seen, asked);
  if (thread.hasNewer) {
    const last = conversation.last_message;
    const there = last === null || last.direction !== "in" || conversation.message_count <= known;
    return there ? null : { seq: conversation.message_count, text: last.preview, name: last.author.name, count: 1 };
  }
  let newest: ShownMessage | null = null;
  let count = 0;
  for (let at = thread.messages.length - 1; at >= 0; at -= 1) {
    const message = thread.messages[at]!;
    if (message.pending) continue;
    if (message.seq <= known) break;
    if (message.direction !== "in" || message.kind !== "message") continue;
    newest ??= message;
    count += 1;
  }
  return newest && { seq: newest.seq, text: newest.text || newest.subject || newest.attachments.map(({ name }) => name).join(", "), name: newest.author.name, count };
}

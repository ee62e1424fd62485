/** A thread as it is drawn: days, the unread line, and which messages stand together. Pure. */

import type { ShownMessage as Message } from "../../sync/model";
import { sameDay } from "../../lib/format";

export type Entry =
  | { kind: "day"; key: string; seq: number; at: string }
  | { kind: "unread"; key: string; seq: number }
  | { kind: "line"; key: string; seq: number; message: Message }
  | { kind: "message"; key: string; seq: number; message: Message; first: boolean; last: boolean };

const TOGETHER = 5 * 60_000;

/** The same author in the same way within five minutes. */
function together(a: Message | undefined, b: Message | undefined): boolean {
  if (!a || !b || a.kind !== b.kind || a.kind === "event" || a.direction !== b.direction) return false;
  if (a.author.kind !== b.author.kind || a.author.id !== b.author.id) return false;
  return sameDay(a.created_at, b.created_at) && Date.parse(b.created_at) - Date.parse(a.created_at) < TOGETHER;
}

/** `unreadFrom`: the seq of the first message that was unread when the thread was opened. */
export function entriesOf(messages: readonly Message[], unreadFrom: number | null): Entry[] {
  const entries: Entry[] = [];
  let marked = false;
  messages.forEach((message, index) => {
    const before = messages[index - 1];
    const { seq } = message;
    const key = message.client_message_id ?? message.id;
    if (!before || !sameDay(before.created_at, message.created_at)) entries.push({ kind: "day", key: `day-${key}`, seq, at: message.created_at });
    const unread = !marked && unreadFrom !== null && seq >= unreadFrom;
    if (unread) {
      marked = true;
      entries.push({ kind: "unread", key: "unread", seq });
    }
    if (message.kind === "event") return entries.push({ kind: "line", key, seq, message });
    const first = unread || !together(before, message);
    const after = messages[index + 1];
    const parted = !marked && unreadFrom !== null && after !== undefined && after.seq >= unreadFrom;
    return entries.push({ kind: "message", key, seq, message, first, last: parted || !together(message, after) });
  });
  return entries;
}

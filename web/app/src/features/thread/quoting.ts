/** What stands for a message where another one answers it. Pure. */

import type { Id, Message } from "../../api/types";

export type Quote = { readonly id: Id; readonly name: string; readonly text: string };

const MOST = 160;
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** One line of it, or the names of its files. */
export function excerpt(message: Pick<Message, "text" | "subject" | "attachments">): string {
  const words = (message.text || message.subject || "").slice(0, MOST * 8).replace(/\s+/gu, " ").trim();
  if (!words) return message.attachments.map(({ name }) => name).join(", ");
  if (words.length <= MOST) return words;
  let cut = "";
  for (const { segment } of graphemes.segment(words)) {
    if (cut.length + segment.length > MOST) break;
    cut += segment;
  }
  return `${cut.trimEnd()}…`;
}

/** `you`: how I am called. */
export function quoteOf(message: Message, myId: Id, you: string): Quote {
  const mine = message.author.kind === "agent" && message.author.id === myId;
  return { id: message.id, name: mine ? you : message.author.name, text: excerpt(message) };
}

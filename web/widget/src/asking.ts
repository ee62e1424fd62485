/** Which quick answers are open. Pure. */

import type { Message } from "./protocol";

/** The bot's newest message that has any. What the same bot adds leaves them; whatever anybody else says or does ends them. */
export function asking(messages: readonly Message[]): Message | null {
  const last = messages.findLast((each) => each.kind !== "message" || each.from !== "bot" || each.buttons?.length);
  return last?.kind === "message" && last.from === "bot" ? last : null;
}

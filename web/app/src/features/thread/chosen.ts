/** Which quick answer of a message the customer pressed: the first that came after it and before the next question. */

import type { Message } from "../../api/types";

export function chosenOf(message: Message, messages: readonly Message[]): string | null {
  const values = message.buttons?.map((button) => button.value) ?? [];
  if (values.length === 0) return null;
  for (const later of messages) {
    if (later.seq <= message.seq) continue;
    if (later.buttons?.length) return null;
    if (later.direction === "in" && later.pressed != null && values.includes(later.pressed)) return later.pressed;
  }
  return null;
}

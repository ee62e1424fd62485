/** Reactions as they are drawn: one chip for each emoji, in the order in which they came. Pure. */

import type { Id, Reaction } from "../../api/types";

export type Chip = { readonly emoji: string; readonly names: readonly string[]; readonly mine: boolean };

/** Those that people need most. */
export const FREQUENT = ["👍", "❤️", "😄", "🎉", "😮", "🙏"] as const;

/** `you`: how I am called. */
export function chipsOf(reactions: readonly Reaction[], myId: Id, you: string): Chip[] {
  const chips = new Map<string, { emoji: string; names: string[]; mine: boolean }>();
  for (const { emoji, author } of reactions) {
    const chip = chips.get(emoji) ?? { emoji, names: [], mine: false };
    const mine = author.kind === "agent" && author.id === myId;
    chip.names.push(mine ? you : author.name);
    chip.mine ||= mine;
    chips.set(emoji, chip);
  }
  return [...chips.values()];
}

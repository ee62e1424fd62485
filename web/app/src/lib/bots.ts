/** What is said of a bot at its conversation. */

import type { BotState } from "../api/types";
import { t } from "../i18n";

/** Why a bot gave a conversation to people: one of our reasons in the reader's words, else the bot's own. */
export function whyText(reason: string): string {
  return reason in t.bots.why ? t.bots.why[reason as keyof typeof t.bots.why] : reason;
}

/** Why it may need a person; null: it goes well. One that `waits` without an answer to approve has kept the customer waiting. */
export function helpText(bot: BotState | null): string | null {
  if (!bot?.help) return null;
  const { reason } = bot.help;
  return reason === "waiting" && bot.suggestions.length === 0 ? t.bots.waits_long : t.bots.help[reason];
}

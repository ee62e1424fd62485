/** Bots on the wire: harken/conversations/model.py (BotState, BotMark) and snapshot.py (BotEntry). */

import type { Id, Time } from "./types";

/** `kind`: webhook, flow, answers, model, ... A bot that is removed stays in no list. */
export interface Bot {
  readonly id: Id;
  readonly name: string;
  readonly kind: string;
  readonly state: "on" | "paused";
  readonly mode: "live" | "approve" | "shadow";
}

export type HelpReason = "asked" | "missed" | "repeated" | "unhappy" | "waiting" | "slow";

/** Where the bot is that handles a conversation. `knows`: what it has found out, by name. `suggestions`: what it would say, for an agent to send. */
export interface BotState {
  readonly mode: "live" | "approve";
  readonly turns: number;
  readonly step: string | null;
  readonly knows: Readonly<Record<string, unknown>>;
  readonly help: { readonly reason: HelpReason; readonly since: Time } | null;
  readonly paused_until: Time | null;
  readonly goal: string | null;
  readonly suggestions: readonly { readonly id: Id; readonly text: string; readonly at: Time }[];
}

/** What wrote a bot's message. */
export interface BotMark {
  readonly version: string;
  readonly model: string | null;
  readonly approved_by: Id | null;
}

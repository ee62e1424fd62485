/** Prepared answers on the wire (harken/quickreplies/model.py). */

import type { Id, Time } from "./types";

export interface QuickReplyFile {
  readonly id: Id;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly details: Readonly<Record<string, unknown>>;
}

export type QuickReplyScope = "mine" | "team" | "everyone";

/** `language` null: any. Those with one shortcut in one scope are variants in different languages. */
export interface QuickReply {
  readonly id: Id;
  readonly scope: QuickReplyScope;
  readonly owner_id: Id | null;
  readonly team_id: Id | null;
  readonly shortcut: string;
  readonly title: string;
  readonly body: string;
  readonly language: string | null;
  readonly attachments: readonly QuickReplyFile[];
  readonly usage_count: number;
  readonly last_used_at: Time | null;
  readonly revision: number;
  readonly created_at: Time;
  readonly updated_at: Time;
}

/** How many I may use, and the newest change among them: whether those that were loaded are still true. */
export interface QuickRepliesState {
  readonly count: number;
  readonly revision: number;
}

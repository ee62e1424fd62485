/** What GET /api/search answers (harken/search/model.py). */

import { call } from "./client";
import type { Author, Handler, Id, Time } from "./types";

type Placed = { readonly status: "open" | "closed"; readonly handler: Handler; readonly team_id: Id | null };

/** `marks`: ranges of the excerpt that were found, in UTF-16 units. */
export interface MessageHit extends Placed {
  readonly message_id: Id;
  readonly conversation_id: Id;
  readonly kind: "message" | "note";
  readonly direction: "in" | "out" | "none";
  readonly author: Author;
  readonly contact_name: string;
  readonly at: Time;
  readonly excerpt: string;
  readonly marks: readonly (readonly [number, number])[];
  readonly attachment: "image" | "audio" | "video" | "file" | null;
}

export interface ConversationHit extends Placed {
  readonly id: Id;
  readonly number: number;
  readonly subject: string;
  readonly contact_name: string;
  readonly preview: string;
  readonly last_activity_at: Time;
}

export interface ContactHit {
  readonly id: Id;
  readonly name: string;
  readonly address: string;
}

/** Messages newest first; conversations and contacts on the first page alone. `understood`: the operators, as they were read.
A page may hold few messages or none and yet have a next one, further back in time. */
export interface SearchPage {
  readonly items: readonly MessageHit[];
  readonly next_cursor: string | null;
  readonly conversations: readonly ConversationHit[];
  readonly contacts: readonly ContactHit[];
  readonly understood: readonly { readonly name: string; readonly value: string }[];
}

/** Days of operators are those where one is. */
export const search = (q: string, limit: number, signal: AbortSignal, cursor: string | null = null): Promise<SearchPage> =>
  call<SearchPage>("GET", "/api/search", { query: { q, cursor, limit, timezone: Intl.DateTimeFormat().resolvedOptions().timeZone }, signal });

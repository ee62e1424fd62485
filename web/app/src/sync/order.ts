/** The orders of a list, with the server's own keys as numbers: those of the view, and the sorts one can choose. */

import type { Conversation, Id, ListedView, Priority, Sort } from "../api/types";

export interface SortKey {
  readonly key: number;
  readonly id: Id;
}

/** Equal keys are ordered by id, in the same direction. */
export interface Order {
  readonly ascending: boolean;
  keyOf(conversation: Conversation): number;
}

/** What stands before the time counts more than any of 66 years, and their sum is exact: 4 * 2.2e15 < 2^53. */
const BEFORE = 2.2e15;
const ORIGIN = Date.UTC(2000) * 1000;
const RANKS: Readonly<Record<Priority, number>> = { urgent: 0, high: 1, normal: 2, low: 3 };

const newest: Order = { ascending: false, keyOf: (each) => stamp(each.last_activity_at) };
const oldest: Order = { ascending: true, keyOf: newest.keyOf };
const longestWaiting: Order = { ascending: true, keyOf: (each) => stamp(each.waiting_since ?? each.last_activity_at) };
const lastClosed: Order = { ascending: false, keyOf: (each) => stamp(each.closed?.at ?? each.last_activity_at) };
const waiting: Order = {
  ascending: true,
  keyOf: (each) => (each.waiting_since === null ? BEFORE : 0) + longestWaiting.keyOf(each),
};
const priority: Order = { ascending: true, keyOf: (each) => RANKS[each.priority] * BEFORE + longestWaiting.keyOf(each) };

/** What a bot gave to people first. */
const inbox: Order = { ascending: true, keyOf: (each) => (each.handed_off ? 0 : BEFORE) + longestWaiting.keyOf(each) };

/** Those that need help first. */
const automated: Order = { ascending: false, keyOf: (each) => (each.bot?.help ? BEFORE : 0) + newest.keyOf(each) };

export function orderOf(view: ListedView, sort: Sort = "default"): Order {
  if (sort !== "default") return { newest, oldest, waiting, priority }[sort];
  return { inbox, closed: lastClosed, automated, yours: newest, open: newest, active: newest }[view];
}

export function sortKey(order: Order, conversation: Conversation): SortKey {
  return { key: order.keyOf(conversation), id: conversation.id };
}

export function compare({ ascending }: Order, one: SortKey, other: SortKey): number {
  const by = one.key === other.key ? (one.id < other.id ? -1 : one.id > other.id ? 1 : 0) : one.key < other.key ? -1 : 1;
  return ascending ? by : -by;
}

function stamp(time: string): number {
  return micros(time) - ORIGIN;
}

/** Microseconds since 1970, of RFC 3339 in UTC: JavaScript's own times know milliseconds only. */
export function micros(time: string): number {
  const seconds = Date.parse(`${time.slice(0, 19)}Z`) / 1000;
  return seconds * 1e6 + Number(time.slice(20, -1).padEnd(6, "0")) || 0;
}

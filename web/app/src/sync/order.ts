/** The orders of a list, with the server's own keys: those of the view, and the sorts one can choose. */

import type { Conversation, Id, ListedView, Priority, Sort } from "../api/types";

export interface SortKey {
  readonly key: string;
  readonly id: Id;
}

/** Keys are texts; equal ones are ordered by id, in the same direction. */
export interface Order {
  readonly ascending: boolean;
  keyOf(conversation: Conversation): string;
}

const RANKS: Readonly<Record<Priority, number>> = { urgent: 0, high: 1, normal: 2, low: 3 };

const newest: Order = { ascending: false, keyOf: (each) => stamp(each.last_activity_at) };
const oldest: Order = { ascending: true, keyOf: newest.keyOf };
const longestWaiting: Order = { ascending: true, keyOf: (each) => stamp(each.waiting_since ?? each.last_activity_at) };
const lastClosed: Order = { ascending: false, keyOf: (each) => stamp(each.closed?.at ?? each.last_activity_at) };
const waiting: Order = {
  ascending: true,
  keyOf: (each) => (each.waiting_since === null ? "1" : "0") + longestWaiting.keyOf(each),
};
const priority: Order = { ascending: true, keyOf: (each) => RANKS[each.priority] + longestWaiting.keyOf(each) };

/** Those that need help first. */
const automated: Order = { ascending: false, keyOf: (each) => (each.bot?.help ? "1" : "0") + newest.keyOf(each) };

export function orderOf(view: ListedView, sort: Sort = "default"): Order {
  if (sort !== "default") return { newest, oldest, waiting, priority }[sort];
  return { inbox: longestWaiting, closed: lastClosed, automated, yours: newest, open: newest, active: newest }[view];
}

export function sortKey(order: Order, conversation: Conversation): SortKey {
  return { key: order.keyOf(conversation), id: conversation.id };
}

export function compare({ ascending }: Order, one: SortKey, other: SortKey): number {
  const by = one.key === other.key ? (one.id < other.id ? -1 : one.id > other.id ? 1 : 0) : one.key < other.key ? -1 : 1;
  return ascending ? by : -by;
}

/** RFC 3339 in UTC leaves out zeros of the fraction; with all six digits, the order of times is that of their texts. */
function stamp(time: string): string {
  return `${time.slice(0, 19)}.${time.slice(20, -1).padEnd(6, "0")}`;
}

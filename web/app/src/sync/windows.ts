/** A window: the ids of one view, in its order, down to the last loaded page. Moved by binary insertion. */

import type { Conversation, Id, Me, ListedView } from "../api/types";
import type { Filters, WindowShown } from "./model";
import { holds } from "./rules";

interface SortKey {
  readonly at: string;
  readonly id: Id;
}

export interface Window {
  readonly key: string;
  readonly view: ListedView;
  readonly filters: Filters;
  ids: Id[];
  cursor: string | null;
  floor: SortKey | null;
  complete: boolean;
  loaded: boolean;
  loading: boolean;
  error: string | null;
  opened: number;
  /** What an event has touched while a page was on its way: the page may be older than it. */
  readonly touched: Set<Id>;
  shown: WindowShown | null;
}

export type Lookup = (id: Id) => Conversation | undefined;

export function viewKey(view: ListedView, filters: Filters = {}): string {
  const parts = [filters.team_id, filters.channel_id, filters.label, filters.unread ? "unread" : undefined];
  return [view, ...parts.map((part) => part ?? "")].join("|");
}

export function newWindow(view: ListedView, filters: Filters): Window {
  return {
    key: viewKey(view, filters), view, filters, ids: [], cursor: null, floor: null, complete: false,
    loaded: false, loading: false, error: null, opened: 0, touched: new Set(), shown: null,
  };
}

/** What the interface sees of it; the same object until something changes. */
export function windowShown(window: Window): WindowShown {
  window.shown ??= {
    ids: window.ids.slice(), loaded: window.loaded, complete: window.complete,
    loading: window.loading, error: window.error,
  };
  return window.shown;
}

/** Follows one conversation's change. One that is in doubt may stay, but not come in. Returns whether the ids have changed. */
export function move(
  window: Window, me: Me, lookup: Lookup, before: Conversation | undefined, after: Conversation | undefined, doubted: boolean,
): boolean {
  if (window.loading) for (const each of [before, after]) if (each) window.touched.add(each.id);
  const from = before ? positionOf(window, lookup, before) : -1;
  const stays = after !== undefined && holds(me, window.view, window.filters, after);
  if (from >= 0) window.ids.splice(from, 1);
  const to = stays && (from >= 0 || !doubted) ? place(window, lookup, after) : -1;
  if (from !== to) window.shown = null;
  return from !== to;
}

/** Takes a page in: in place of everything (`replace`), or below what is there; and of `also`, what belongs there. */
export function takePage(
  window: Window, me: Me, lookup: Lookup, page: readonly Conversation[], cursor: string | null, also: Iterable<Id>, replace: boolean,
): void {
  const last = page.at(-1);
  if (replace) window.ids = [];
  if (last) window.floor = sortKey(window.view, last);
  window.cursor = cursor;
  window.complete = cursor === null;
  window.loaded = true;
  for (const id of new Set([...page.map((each) => each.id), ...also])) {
    const conversation = lookup(id);
    if (!conversation || !holds(me, window.view, window.filters, conversation)) continue;
    if (positionOf(window, lookup, conversation) < 0) place(window, lookup, conversation);
  }
  window.shown = null;
}

function place(window: Window, lookup: Lookup, conversation: Conversation): number {
  const key = sortKey(window.view, conversation);
  const below = window.floor !== null && compare(window.view, key, window.floor) > 0;
  if (!window.loaded || (below && !window.complete)) return -1;
  const at = search(window, lookup, key);
  window.ids.splice(at, 0, conversation.id);
  return at;
}

function positionOf(window: Window, lookup: Lookup, conversation: Conversation): number {
  const at = search(window, lookup, sortKey(window.view, conversation), conversation);
  return window.ids[at] === conversation.id ? at : -1;
}

/** The first position whose key is not before `key`; `self` stands for its own id, which the lookup may know as newer. */
function search(window: Window, lookup: Lookup, key: SortKey, self?: Conversation): number {
  let low = 0;
  let high = window.ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const id = window.ids[middle] as Id;
    const there = self && id === self.id ? self : lookup(id);
    if (there && compare(window.view, sortKey(window.view, there), key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Inbox: longest waiting first. Closed: last closed first. The others: newest activity first. Then by id. */
function sortKey(view: ListedView, conversation: Conversation): SortKey {
  const { waiting_since, closed, last_activity_at, id } = conversation;
  if (view === "inbox") return { at: stamp(waiting_since ?? last_activity_at), id };
  return { at: stamp(view === "closed" && closed ? closed.at : last_activity_at), id };
}

function compare(view: ListedView, one: SortKey, other: SortKey): number {
  const order = one.at < other.at ? -1 : one.at > other.at ? 1 : one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
  return view === "inbox" ? order : -order;
}

/** RFC 3339 in UTC leaves out zeros of the fraction; with all six digits, the order of times is that of their texts. */
function stamp(time: string): string {
  const fraction = time.slice(20, -1);
  return `${time.slice(0, 19)}.${fraction.padEnd(6, "0")}`;
}

/** A window: the ids of one list, in its order, down to the last loaded page. Moved by binary insertion. */

import type { Conversation, Id, ListedView, ListFilter, Me } from "../api/types";
import type { WindowShown } from "./model";
import { compare, orderOf, sortKey, type Order, type SortKey } from "./order";
import { holds } from "./rules";

export interface Window {
  readonly key: string;
  readonly view: ListedView;
  readonly filter: ListFilter;
  readonly order: Order;
  ids: Id[];
  /** Of each of the ids: what it is ordered by. */
  keys: number[];
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

/** The same for filters that ask for the same. */
export function viewKey(view: ListedView, filter: ListFilter = {}): string {
  const { team_id, channel_id, label, priority, handler_id, snoozed, unread, waiting } = filter;
  const sort = filter.sort === "default" ? undefined : filter.sort;
  const flags = [unread ? "unread" : undefined, waiting ? "waiting" : undefined];
  return [view, team_id, channel_id, label, priority, handler_id, snoozed, sort, ...flags].map((part) => part ?? "").join("|");
}

export function newWindow(view: ListedView, filter: ListFilter): Window {
  return {
    key: viewKey(view, filter), view, filter, order: orderOf(view, filter.sort), ids: [], keys: [], cursor: null, floor: null,
    complete: false, loaded: false, loading: false, error: null, opened: 0, touched: new Set(), shown: null,
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
  window: Window, me: Me, before: Conversation | undefined, after: Conversation | undefined, doubted: boolean,
): boolean {
  if (window.loading) for (const each of [before, after]) if (each) window.touched.add(each.id);
  const from = before ? positionOf(window, before) : -1;
  const stays = after !== undefined && holds(me, window.view, window.filter, after);
  if (from >= 0 && stays && staysAt(window, from, after)) return false;
  if (from >= 0) for (const each of [window.ids, window.keys]) each.splice(from, 1);
  const to = stays && (from >= 0 || !doubted) ? place(window, after) : -1;
  if (from !== to) window.shown = null;
  return from !== to;
}

/** Takes a page in: in place of everything (`replace`), or below what is there; and of `also`, what belongs there. */
export function takePage(
  window: Window, me: Me, lookup: Lookup, page: readonly Conversation[], cursor: string | null, also: Iterable<Id>, replace: boolean,
): void {
  const last = page.at(-1);
  if (replace) [window.ids, window.keys] = [[], []];
  if (last) window.floor = sortKey(window.order, last);
  window.cursor = cursor;
  window.complete = cursor === null;
  window.loaded = true;
  for (const id of new Set([...page.map((each) => each.id), ...also])) {
    const conversation = lookup(id);
    if (!conversation || !holds(me, window.view, window.filter, conversation)) continue;
    if (positionOf(window, conversation) < 0) place(window, conversation);
  }
  window.shown = null;
}

/** Whether the conversation, as it is known, is among the ids. */
export function contains(window: Window, conversation: Conversation): boolean {
  return positionOf(window, conversation) >= 0;
}

/** Whether a row belongs where it is, between its neighbours and above the floor: most changes move nothing. */
function staysAt(window: Window, at: number, after: Conversation): boolean {
  const key = sortKey(window.order, after);
  if (isBelow(window, key)) return false;
  const stays = (at === 0 || against(window, at - 1, key) < 0) && (at === window.ids.length - 1 || against(window, at + 1, key) > 0);
  if (stays) window.keys[at] = key.key;
  return stays;
}

function place(window: Window, conversation: Conversation): number {
  const key = sortKey(window.order, conversation);
  if (!window.loaded || isBelow(window, key)) return -1;
  const at = search(window, key);
  window.ids.splice(at, 0, conversation.id);
  window.keys.splice(at, 0, key.key);
  return at;
}

/** Further down than what is loaded: where it stands among those there is not known. */
function isBelow(window: Window, key: SortKey): boolean {
  return !window.complete && window.floor !== null && compare(window.order, key, window.floor) > 0;
}

function positionOf(window: Window, conversation: Conversation): number {
  const at = search(window, sortKey(window.order, conversation));
  return window.ids[at] === conversation.id ? at : -1;
}

/** The first position whose key is not before `key`. */
function search(window: Window, key: SortKey): number {
  let low = 0;
  let high = window.ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (against(window, middle, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether what stands there comes before (below 0) or after the key. */
function against({ order, ids, keys }: Window, at: number, key: SortKey): number {
  return compare(order, { key: keys[at]!, id: ids[at]! }, key);
}

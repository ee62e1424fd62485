/** What the browser knows of the server, by id. Entities are frozen and change by replacement, only by newer ones.

The maps themselves are changed in place: copying a hundred thousand rows for each event would miss the frame.
*/

import type {
  Agent, Bot, Channel, ContactSummary, Conversation, Id, Label, ListedView, ListFilter, Me, Message, Place, QuickRepliesState, SavedView, Snapshot,
  Team,
} from "../api/types";
import type { Counts, Pending, ThreadShown } from "./model";
import { Known } from "./known";
import { Owned } from "./lookup";
import { asMessage, overlay, withReactions } from "./overlay";
import { countChange, countedTeam, type CountChange } from "./rules";
import { hasOlder, receive, type Thread } from "./threads";
import { contains, move, newWindow, viewKey, type Window } from "./windows";

export interface State {
  seq: number;
  /** Nothing but what was kept from an earlier day (offline.ts), until the first snapshot. */
  stale: boolean;
  me: Me | null;
  agents: Map<Id, Agent>;
  teams: Map<Id, Team>;
  channels: Map<Id, Channel>;
  bots: Map<Id, Bot>;
  labels: Map<Id, Label>;
  savedViews: Map<Id, SavedView>;
  quickReplies: QuickRepliesState;
  notificationsUnread: number;
  counts: CountChange;
  readonly conversations: Known;
  readonly owned: Owned;
  /** Those with something pending, as they are displayed. */
  readonly shown: Map<Id, Conversation>;
  /** What may be newer than the conversation that holds it. */
  readonly contacts: Map<Id, ContactSummary>;
  /** By identity: whose it has become. */
  readonly moved: Map<Id, ContactSummary>;
  readonly reads: Map<Id, number>;
  readonly removedLabels: Set<Id>;
  /** Known from before the last snapshot and not confirmed since: perhaps old, perhaps no longer mine to see. */
  doubted: Set<Id>;
  /** Conversations out of my sight, by the seq at which they left it. */
  readonly hidden: Map<Id, number>;
  readonly windows: Map<string, Window>;
  readonly threads: Map<Id, Thread>;
  readonly pending: Map<string, Pending>;
  /** Keys of what has changed since the listeners were last told. */
  changed: Set<string>;
}

const SNAPSHOT_KEYS = ["me", "agents", "teams", "channels", "bots", "labels", "saved-views", "notifications", "counts", "stale"];

/** `room`: how many conversations are kept unpacked. */
export function newState(room?: number): State {
  return {
    seq: 0, stale: false, me: null, agents: new Map(), teams: new Map(), channels: new Map(), bots: new Map(), labels: new Map(),
    savedViews: new Map(), quickReplies: { count: 0, revision: 0 }, notificationsUnread: 0, counts: { inbox: 0, yours: 0, open: 0, automated: 0 }, conversations: new Known(room), owned: new Owned(), shown: new Map(),
    contacts: new Map(), moved: new Map(), reads: new Map(), removedLabels: new Set(), doubted: new Set(), hidden: new Map(), windows: new Map(),
    threads: new Map(), pending: new Map(), changed: new Set(),
  };
}

/** The first way in for server truth: at the start and after every resync. Windows and threads are reloaded by the caller. */
export function takeSnapshot(state: State, snapshot: Snapshot): void {
  const { views } = snapshot;
  state.seq = snapshot.seq;
  state.stale = false;
  state.me = snapshot.me;
  state.agents = byId(snapshot.agents);
  state.teams = byId(snapshot.teams);
  state.channels = byId(snapshot.channels);
  state.bots = byId(snapshot.bots);
  state.labels = byId(snapshot.labels);
  state.savedViews = byId(snapshot.saved_views);
  state.quickReplies = snapshot.quick_replies;
  state.notificationsUnread = snapshot.notifications.unread;
  state.counts = {
    inbox: views.inbox.count, yours: views.yours.count, open: views.open.count, automated: views.automated.count,
  };
  state.doubted = new Set(state.conversations.keys());
  for (const one of [state.contacts, state.moved, state.reads, state.removedLabels, state.hidden]) one.clear();
  for (const key of SNAPSHOT_KEYS) state.changed.add(key);
}

export function shownConversation(state: State, id: Id): Conversation | undefined {
  return state.shown.get(id) ?? state.conversations.get(id);
}

/** Takes a conversation in, from an event or an answer; whatever is older in it than what is known is left out. */
export function putConversation(state: State, incoming: Conversation): void {
  const hiddenAt = state.hidden.get(incoming.id);
  if (hiddenAt !== undefined && incoming.revision <= hiddenAt) return;
  const known = state.conversations.get(incoming.id);
  const doubted = state.doubted.delete(incoming.id);
  const base = known && known.revision > incoming.revision ? known : incoming;
  setConversation(state, incoming.id, joined(state, base, [doubted ? null : known?.read_count, incoming.read_count]));
}

/** Applies again what stands beside conversations (contacts, read marks, removed labels, pending) to one of them. */
export function refresh(state: State, id: Id): void {
  const known = state.conversations.get(id);
  if (known) setConversation(state, id, joined(state, known, [known.read_count]));
}

/** A read mark of mine; it never moves back. */
export function setRead(state: State, id: Id, count: number): void {
  state.reads.set(id, Math.max(count, state.reads.get(id) ?? 0));
  refresh(state, id);
}

/** It is out of my sight. A thread that is open says so, until the conversation is back. */
export function dropConversation(state: State, id: Id): void {
  setConversation(state, id, undefined);
  state.doubted.delete(id);
  const thread = state.threads.get(id);
  if (!thread) return;
  if (thread.opened > 0) Object.assign(thread, { messages: [], loaded: false, error: thread.error ?? "Not found", shown: null });
  else state.threads.delete(id);
  state.changed.add(`thread:${id}`);
}

/** Nothing has a use for it. */
export function letGo(state: State, id: Id): void {
  setConversation(state, id, undefined);
}

/** Whether a window, a thread or something pending has a use for the conversation. */
export function isHeld(state: State, id: Id): boolean {
  if (state.threads.has(id) || pendingOf(state, id).length > 0) return true;
  const shown = shownConversation(state, id);
  for (const window of state.windows.values()) {
    if (window.touched.has(id) || (shown && contains(window, shown))) return true;
  }
  return false;
}

export function addMessage(state: State, message: Message): void {
  const thread = state.threads.get(message.conversation_id);
  if (thread && receive(thread, message)) state.changed.add(`thread:${message.conversation_id}`);
  if (message.client_message_id) removePending(state, message.client_message_id);
}

export function setPending(state: State, pending: Pending): void {
  state.pending.set(pending.id, pending);
  pendingChanged(state, pending);
}

export function removePending(state: State, id: string): void {
  const pending = state.pending.get(id);
  if (pending && state.pending.delete(id)) pendingChanged(state, pending);
}

/** What was accepted and has been seen as an event, or is in a snapshot, is no longer pending. */
export function settle(state: State): void {
  for (const { id, revision } of state.pending.values()) {
    if (revision !== undefined && revision <= state.seq) removePending(state, id);
  }
}

export function pendingOf(state: State, conversationId: Id): Pending[] {
  return [...state.pending.values()].filter((each) => each.conversationId === conversationId);
}

/** Moves my numbers from one place to another. */
export function recount(state: State, before: Place | null, after: Place | null): void {
  if (!state.me) return;
  addCounts(state.counts, countChange(state.me, before, after));
  const [from, to] = [countedTeam(state.me, before), countedTeam(state.me, after)];
  if (from !== to) for (const [id, by] of [[from, -1], [to, 1]] as const) countTeam(state, id, by);
  state.changed.add("counts");
}

/** The numbers with everything pending in them. */
export function shownCounts(state: State): Counts {
  const counts = { ...state.counts };
  const teams = new Map([...state.teams].map(([id, team]) => [id, team.open_count ?? 0]));
  for (const [id, shown] of state.shown) {
    const truth = state.conversations.get(id);
    if (!truth || !state.me) continue;
    addCounts(counts, countChange(state.me, truth, shown));
    const [from, to] = [countedTeam(state.me, truth), countedTeam(state.me, shown)];
    if (from) teams.set(from, (teams.get(from) ?? 0) - 1);
    if (to) teams.set(to, (teams.get(to) ?? 0) + 1);
  }
  return { ...counts, teams };
}

export function windowOf(state: State, view: ListedView, filter: ListFilter): Window {
  const key = viewKey(view, filter);
  const window = state.windows.get(key) ?? newWindow(view, filter);
  state.windows.set(key, window);
  return window;
}

/** A thread with what is pending at its end. */
export function threadShown(state: State, id: Id): ThreadShown {
  const thread = state.threads.get(id);
  if (!thread || !state.me) return { messages: [], loaded: false, hasOlder: false, hasNewer: false, loading: false, error: null, missing: false };
  const messages = withReactions(thread.messages, pendingOf(state, id), state.me);
  thread.shown ??= {
    messages: thread.hasNewer ? messages : [...messages, ...ownEntries(state, id, thread)], loaded: thread.loaded,
    hasOlder: hasOlder(thread), hasNewer: thread.hasNewer, loading: thread.loading, error: thread.error, missing: thread.missing,
  };
  return thread.shown;
}

function ownEntries(state: State, id: Id, thread: Thread) {
  const last = thread.messages.at(-1)?.seq ?? 0;
  const known = new Set(thread.messages.map((message) => message.client_message_id));
  return pendingOf(state, id)
    .filter((pending) => !known.has(pending.id))
    .map((pending, index) => asMessage(pending, last + 1 + index, state.me as Me))
    .filter((message) => message !== null);
}

function joined(state: State, base: Conversation, reads: readonly (number | null | undefined)[]): Conversation {
  const fresh = contactOf(state, base);
  const known = [state.reads.get(base.id), ...reads].filter((read) => typeof read === "number");
  const read_count = known.length > 0 ? Math.max(...known) : null;
  const removed = base.labels.some((label) => state.removedLabels.has(label));
  if (fresh === base.contact && read_count === base.read_count && !removed) return base;
  const labels = removed ? base.labels.filter((label) => !state.removedLabels.has(label)) : base.labels;
  return { ...base, contact: fresh, read_count, labels };
}

/** An identity's last move counts; of the contact itself, the newest. */
function contactOf(state: State, { contact, identity_id }: Conversation): ContactSummary {
  const owner = (identity_id && state.moved.get(identity_id)) || contact;
  const newest = owner.id === contact.id && contact.revision > owner.revision ? contact : owner;
  const known = state.contacts.get(owner.id);
  return known && known.revision > newest.revision ? known : newest;
}

function setConversation(state: State, id: Id, next: Conversation | undefined): void {
  const before = shownConversation(state, id);
  state.owned.follow(state.conversations.get(id), next);
  if (next) state.conversations.set(id, next);
  else state.conversations.delete(id);
  const pending = pendingOf(state, id);
  if (next && state.me && pending.length > 0) state.shown.set(id, overlay(next, pending, state.me));
  else state.shown.delete(id);
  const after = shownConversation(state, id);
  if (before !== after) conversationChanged(state, id, before, after);
}

function conversationChanged(state: State, id: Id, before: Conversation | undefined, after: Conversation | undefined): void {
  state.changed.add(`conversation:${id}`);
  if (!state.me) return;
  for (const window of state.windows.values()) {
    const moved = move(window, state.me, before, after, state.doubted.has(id));
    if (moved) state.changed.add(`view:${window.key}`);
  }
}

function pendingChanged(state: State, pending: Pending): void {
  refresh(state, pending.conversationId);
  const thread = state.threads.get(pending.conversationId);
  if (thread) thread.shown = null;
  for (const key of ["pending", "counts", `thread:${pending.conversationId}`]) state.changed.add(key);
}

function addCounts(counts: CountChange, change: CountChange): void {
  for (const view of ["inbox", "yours", "open", "automated"] as const) counts[view] += change[view];
}

function countTeam(state: State, id: Id | null, by: number): void {
  const team = id === null ? undefined : state.teams.get(id);
  if (!team) return;
  state.teams.set(team.id, { ...team, open_count: (team.open_count ?? 0) + by });
  state.changed.add("teams");
}

function byId<T extends { readonly id: Id }>(all: readonly T[]): Map<Id, T> {
  return new Map(all.map((each) => [each.id, each]));
}

/** The desk without a network: what was seen last is kept, and shown until the server answers.

It is written at pauses, for one agent; shown as `stale`, and replaced by the first snapshot as at any resync. Bounded:
the first page of some windows, the conversations in them, and the last messages of the threads that were open last.
*/

import type { Conversation, Id, Message, Snapshot } from "../api/types";
import { SHAPE, type Archive, type KeptDesk, type KeptThread, type KeptWindow } from "./archive";
import type { Keep } from "./keep";
import { putConversation, shownConversation, takeSnapshot, windowOf, type State } from "./state";
import { newThread } from "./threads";
import { takePage, type Window } from "./windows";

const PAUSE = 10_000;
const MOST_CONVERSATIONS = 200;
const ROWS_KEPT = 50;
const THREADS_KEPT = 30;
const MESSAGES_KEPT = 50;
const LARGEST_HTML = 50_000;
const LARGEST_THREAD = 300_000;
/** Says who is kept, where it can be read at once. */
const MARK = "harken.offline";

export class Offline {
  /** What the archive has of each thread, to write only what is new. */
  private written: Map<Id, readonly Message[]> | null = null;
  private scheduled = false;
  private dirty = false;
  private ended = false;
  private work: Promise<void> = Promise.resolve();

  constructor(
    private readonly state: State,
    private readonly archive: Archive,
    private readonly keep: Keep,
    private readonly wait: (ms: number) => Promise<void>,
  ) {}

  /** Fills an empty state with what is kept. Returns whether there was anything. */
  async open(): Promise<boolean> {
    try {
      const agent = this.keep.get(MARK);
      const desk = await this.archive.readDesk();
      if (!desk || desk.shape !== SHAPE || desk.agent !== agent || this.state.me || this.ended) return false;
      const threads = await this.archive.readThreads();
      if (this.state.me || this.ended) return false;
      fill(this.state, desk, threads);
      return true;
    } catch {
      return false; // a browser that keeps nothing
    }
  }

  /** The server has said who I am: what is kept of another agent goes. */
  belongsTo(agent: Id): void {
    const kept = this.keep.get(MARK);
    if (kept !== null && kept !== agent) void this.wipe();
  }

  /** Something has changed: it is written at the next pause. */
  changed(): void {
    this.dirty = true;
    if (this.scheduled || this.ended) return;
    this.scheduled = true;
    void this.wait(PAUSE).then(() => {
      this.scheduled = false;
      return this.write();
    });
  }

  /** Writes what has changed, now. */
  write(): Promise<void> {
    return (this.work = this.work.then(() => this.writeNow()).catch(() => undefined));
  }

  /** Nothing of anybody is kept any more. */
  wipe(): Promise<void> {
    this.keep.remove(MARK);
    this.written = new Map();
    return (this.work = this.work.then(() => this.archive.wipe()).catch(() => undefined));
  }

  /** Nothing is written from here on. */
  stop(): void {
    this.ended = true;
  }

  private async writeNow(): Promise<void> {
    const sure = !this.state.stale && this.state.doubted.size === 0; // what is being loaded anew is written when it is there
    if (!this.dirty || this.ended || !sure || !this.state.me) return;
    this.dirty = false;
    this.written ??= await this.leftBefore();
    if (this.ended || this.state.stale) return;
    const kept = this.lastThreads(this.written);
    const desk = deskOf(this.state, this.state.me.id, kept.keys());
    const changed = [...kept].filter(([id, each]) => this.written?.get(id) !== each).map(([id, each]) => lean(id, each));
    this.keep.set(MARK, desk.agent);
    await this.archive.write(desk, changed, new Set(kept.keys()));
    this.written = kept;
  }

  /** Those that were open last come last; what is out of my sight is not kept. */
  private lastThreads(written: ReadonlyMap<Id, readonly Message[]>): Map<Id, readonly Message[]> {
    const threads = new Map(written);
    for (const [id, { loaded, hasNewer, messages }] of this.state.threads) {
      if (!loaded || hasNewer || messages.length === 0) continue;
      threads.delete(id);
      threads.set(id, messages);
    }
    for (const id of threads.keys()) if (!this.state.conversations.has(id)) threads.delete(id);
    return new Map([...threads].slice(-THREADS_KEPT));
  }

  /** Threads that an earlier page has kept stay while they are mine to see and nothing has been said in them since. */
  private async leftBefore(): Promise<Map<Id, readonly Message[]>> {
    if (this.keep.get(MARK) !== this.state.me?.id) return new Map();
    const threads = await this.archive.readThreads();
    const current = threads.filter(({ id, messages }) => messages.at(-1)?.seq === this.state.conversations.get(id)?.message_count);
    return new Map(current.map(({ id, messages }) => [id, messages]));
  }
}

/** Whose desk can be shown without the server. */
export async function keptAgent(archive: Archive, keep: Keep): Promise<Id | null> {
  try {
    const agent = keep.get(MARK);
    const desk = agent === null ? null : await archive.readDesk();
    return desk && desk.shape === SHAPE && desk.agent === agent ? agent : null;
  } catch {
    return null;
  }
}

/** There is no session any more, whoever's it was: nothing is kept of it. */
export async function forgetKept(archive: Archive, keep: Keep): Promise<void> {
  if (keep.get(MARK) === null) return;
  keep.remove(MARK);
  await archive.wipe().catch(() => undefined);
}

function fill(state: State, { snapshot, windows, conversations }: KeptDesk, threads: readonly KeptThread[]): void {
  takeSnapshot(state, snapshot);
  state.stale = true;
  const lookup = (id: Id) => shownConversation(state, id);
  for (const each of conversations) putConversation(state, each);
  for (const { view, filter, ids, complete } of windows) {
    const rows = ids.flatMap((id) => lookup(id) ?? []);
    takePage(windowOf(state, view, filter), snapshot.me, lookup, rows, complete ? null : "kept", [], true);
  }
  for (const { id, messages } of threads) {
    const opened = state.threads.get(id)?.opened ?? 0;
    state.threads.set(id, { ...newThread(), messages: [...messages], loaded: true, opened });
    state.changed.add(`thread:${id}`);
  }
  for (const key of state.windows.keys()) state.changed.add(`view:${key}`);
}

function deskOf(state: State, agent: Id, threads: Iterable<Id>): KeptDesk {
  const conversations = new Map<Id, Conversation>();
  const add = (id: Id) => {
    const known = state.conversations.get(id);
    if (known && conversations.size < MOST_CONVERSATIONS) conversations.set(id, known);
    return conversations.has(id);
  };
  for (const id of threads) add(id);
  const loaded = [...state.windows.values()].filter((window) => window.loaded).sort((one, other) => other.opened - one.opened);
  const windows = loaded.map((window) => keptWindow(window, add)).filter(({ ids, complete }) => complete || ids.length > 0);
  return { shape: SHAPE, agent, snapshot: snapshotOf(state), windows, conversations: [...conversations.values()] };
}

function keptWindow({ view, filter, ids, complete }: Window, add: (id: Id) => boolean): KeptWindow {
  const end = ids.slice(0, ROWS_KEPT).findIndex((id) => !add(id));
  const kept = ids.slice(0, end < 0 ? ROWS_KEPT : end);
  return { view, filter, ids: kept, complete: complete && kept.length === ids.length };
}

function snapshotOf(state: State): Snapshot {
  const { inbox, yours, open, automated } = state.counts;
  return {
    seq: state.seq, me: state.me!, agents: [...state.agents.values()], teams: [...state.teams.values()],
    channels: [...state.channels.values()], bots: [...state.bots.values()], labels: [...state.labels.values()],
    saved_views: [...state.savedViews.values()], quick_replies: state.quickReplies, notifications: { unread: state.notificationsUnread },
    views: { inbox: { count: inbox }, yours: { count: yours }, open: { count: open }, automated: { count: automated }, closed: {} },
  };
}

/** The last messages of a thread, without what is very large. */
function lean(id: Id, messages: readonly Message[]): KeptThread {
  const kept: Message[] = [];
  let size = 0;
  for (const message of messages.slice(-MESSAGES_KEPT).reverse()) {
    const large = (message.html?.length ?? 0) > LARGEST_HTML;
    const light = large ? { ...message, html: null } : message;
    size += light.text.length + (light.html?.length ?? 0) + (light.quoted?.length ?? 0);
    if (size > LARGEST_THREAD && kept.length > 0) break;
    kept.unshift(light);
  }
  return { id, messages: kept };
}

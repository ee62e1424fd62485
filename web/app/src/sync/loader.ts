/** Brings server truth in by asking: the snapshot, pages of windows and threads, single conversations.

Every load belongs to a generation; a resync begins a new one, and answers of an older one are not looked at.
*/

import { asApiError } from "../api/errors";
import type { Server } from "../api/server";
import type { Conversation, Id, ServerDraft } from "../api/types";
import { dropConversation, putConversation, settle, shownConversation, takeSnapshot, type State } from "./state";
import { ThreadLoader } from "./threadloader";
import { newThread, type Thread } from "./threads";
import { takePage, type Window } from "./windows";

const RETRY_AFTER = 2_000;
const LARGEST_PAGE = 100;
const MOST_RELOADED = 1_000;
const WINDOWS_KEPT = 20;
const ROOM = 2_000;

export class Loader {
  private resyncs = 0;
  private generation = 0;
  /** At how many conversations some are let go, and which nothing held when that was done last. */
  private room = ROOM;
  private free = new Set<Id>();
  private readonly asked = new Set<Id>();
  private readonly loads = new WeakMap<object, number>();
  /** Mine, as the last snapshot had them. */
  drafts: readonly ServerDraft[] = [];
  readonly threads: ThreadLoader;

  constructor(
    private readonly state: State,
    private readonly server: Server,
    private readonly tell: () => void,
    private readonly wait: (ms: number) => Promise<void>,
    private readonly page: number,
    reach: number,
  ) {
    this.threads = new ThreadLoader(state, server, {
      generation: () => this.generation,
      begins: (thread) => !this.isLoading(thread),
      gone: (id, known) => this.gone(id, known),
      changed: (key) => this.changed(key),
      notKept: (id, thread) => this.notKept(thread, `thread:${id}`),
      wait,
    }, page, reach);
  }

  /** The first load and every resync. What is on the screen stays until its newer self has come. Raises ApiError. */
  async resync(): Promise<void> {
    const resync = ++this.resyncs;
    const snapshot = await this.server.snapshot();
    if (resync !== this.resyncs) return;
    const generation = ++this.generation;
    this.asked.clear();
    if (snapshot.seq < this.state.seq || snapshot.me.id !== (this.state.me?.id ?? snapshot.me.id)) this.forgetAll();
    takeSnapshot(this.state, snapshot);
    this.drafts = snapshot.drafts ?? []; // a page may be newer than its server
    this.dropUnopened();
    const windows = [...this.state.windows.values()].map((window) => this.loadWindow(window, true));
    const threads = [...this.state.threads.keys()].map((id) => this.threads.load(id, "again"));
    void Promise.all([...windows, ...threads]).then(() => {
      if (generation === this.generation) this.sweep();
    });
    this.tell();
  }

  /** A window from its top (`fromTop`: as far as it was loaded), or its next page. After a failure always from its top:
  what is there may be older than the last resync. */
  async loadWindow(window: Window, fromTop: boolean): Promise<void> {
    if (this.state.stale) return this.notKept(window, `view:${window.key}`);
    const replace = fromTop || window.error !== null;
    if (!this.state.me || (!replace && window.complete) || this.isLoading(window)) return;
    const generation = this.generation;
    Object.assign(window, { loading: true, error: null, shown: null });
    window.touched.clear();
    this.changed(`view:${window.key}`);
    try {
      const [items, cursor] = await this.pages(window, replace);
      if (generation !== this.generation) return;
      for (const each of items) putConversation(this.state, each);
      const also = [...this.pendingIds(), ...window.touched];
      const sure = also.filter((id) => !this.state.doubted.has(id));
      takePage(window, this.state.me, (id) => shownConversation(this.state, id), items, cursor, sure, replace);
      this.state.conversations.rest();
      for (const id of also) if (this.state.doubted.has(id)) void this.ask(id);
    } catch (error) {
      if (generation !== this.generation) return;
      window.error = asApiError(error).message;
    }
    Object.assign(window, { loading: false, shown: null });
    window.touched.clear();
    this.changed(`view:${window.key}`);
    this.hydrate(window.ids.slice(0, LARGEST_PAGE));
  }

  /** Windows nobody looks at are kept up to date, but not without end. */
  letWindowsGo(): void {
    for (const [key, window] of this.state.windows) {
      if (this.state.windows.size <= WINDOWS_KEPT) return;
      if (window.opened === 0) this.state.windows.delete(key);
    }
  }

  /** What is loaded of a window may all have moved elsewhere: no list looks empty while the server has more. */
  refill(): void {
    for (const window of this.state.windows.values()) {
      const wanting = window.loaded && !window.complete && !window.error && window.ids.length < this.page / 2;
      if (wanting && window.opened > 0) void this.loadWindow(window, false);
    }
  }

  /** What is looked at and is not among what is kept: it comes with the first snapshot. */
  missing(): void {
    for (const window of this.state.windows.values()) this.notKept(window, `view:${window.key}`);
    for (const [id, thread] of this.state.threads) this.notKept(thread, `thread:${id}`);
  }

  /** What failed to load is asked for again, now that the server answers. */
  again(): void {
    for (const window of this.state.windows.values()) if (window.error) void this.loadWindow(window, true);
    for (const [id, thread] of this.state.threads) if (thread.error) void this.threads.load(id, "again");
  }

  /** Asks for those conversations whose read_count an event could not tell. */
  hydrate(ids: Iterable<Id>): void {
    for (const id of ids) {
      const known = this.state.conversations.get(id);
      if (!known || typeof known.read_count === "number" || this.asked.has(id)) continue;
      void this.ask(id);
    }
  }

  /** An event has told of a conversation: what it could not tell is asked for. */
  follow(id: Id): void {
    this.hydrate([id]);
    if (this.state.threads.get(id)?.error && this.state.conversations.has(id)) void this.threads.load(id, "again");
  }

  /** One conversation, as it is now. */
  async ask(id: Id): Promise<void> {
    if (this.state.stale) return;
    const generation = this.generation;
    const known = this.state.conversations.get(id)?.revision;
    this.asked.add(id);
    try {
      const conversation = await this.server.conversation(id);
      if (generation === this.generation) putConversation(this.state, conversation);
    } catch (error) {
      if (generation !== this.generation) return;
      const problem = asApiError(error);
      if (problem.status === 404) this.gone(id, known);
      if (problem.passing) void this.wait(RETRY_AFTER).then(() => (generation === this.generation ? this.ask(id) : undefined));
    }
    this.asked.delete(id);
    this.tell();
  }

  private notKept(target: Window | Thread, key: string): void {
    if (target.loaded || target.error) return;
    Object.assign(target, { error: "The server cannot be reached.", shown: null });
    this.changed(key);
  }

  /** One load at a time: the later of two answers may be the older one. A load of an older generation does not count. */
  private isLoading(target: { readonly loading: boolean }): boolean {
    const loading = target.loading && this.loads.get(target) === this.generation;
    if (!loading) this.loads.set(target, this.generation);
    return loading;
  }

  /** It was not there for me when I asked; unless an event has shown it since (`known`: the revision back then). */
  private gone(id: Id, known: number | undefined): boolean {
    if (this.state.conversations.get(id)?.revision !== known) return false;
    dropConversation(this.state, id);
    return true;
  }

  private async pages(window: Window, replace: boolean): Promise<[Conversation[], string | null]> {
    const wanted = replace ? Math.min(Math.max(window.ids.length, this.page), MOST_RELOADED) : this.page;
    const items: Conversation[] = [];
    let cursor = replace ? null : window.cursor;
    do {
      const limit = Math.min(wanted - items.length, LARGEST_PAGE);
      const page = await this.server.conversations(window.view, window.filter, cursor, limit);
      items.push(...page.items);
      cursor = page.next_cursor;
    } while (cursor !== null && items.length < wanted);
    return [items, cursor];
  }

  private dropUnopened(): void {
    for (const [key, window] of this.state.windows) if (window.opened === 0) this.state.windows.delete(key);
    for (const [id, thread] of this.state.threads) if (thread.opened === 0) this.state.threads.delete(id);
  }

  /** Lets go of conversations that nothing holds, now and then; those that have just come free may still be on the screen. */
  lighten(): void {
    this.state.conversations.rest();
    if (this.state.conversations.size < this.room) return;
    const free = this.notHeld();
    for (const id of free) if (this.free.has(id)) dropConversation(this.state, id);
    this.free = new Set(free.filter((id) => this.state.conversations.has(id)));
    this.room = this.state.conversations.size + ROOM;
  }

  /** After a resync: what no window, thread or pending operation holds may be old, or no longer mine to see. */
  private sweep(): void {
    settle(this.state);
    for (const id of this.notHeld()) dropConversation(this.state, id);
    this.tell();
  }

  private notHeld(): Id[] {
    const held = new Set<Id>([...this.state.threads.keys(), ...this.pendingIds()]);
    for (const { ids, touched } of this.state.windows.values()) for (const each of [ids, touched]) for (const id of each) held.add(id);
    return [...this.state.conversations.keys()].filter((id) => !held.has(id));
  }

  /** Another agent's session, or a server that was restored to an earlier day: nothing known is of use. */
  private forgetAll(): void {
    const opened = [...this.state.threads].filter(([, thread]) => thread.opened > 0);
    for (const id of [...this.state.conversations.keys()]) dropConversation(this.state, id);
    for (const [id, { opened: count }] of opened) this.state.threads.set(id, { ...newThread(), opened: count });
  }

  private pendingIds(): Set<Id> {
    return new Set([...this.state.pending.values()].map((each) => each.conversationId));
  }

  private changed(key: string): void {
    this.state.changed.add(key);
    this.tell();
  }
}

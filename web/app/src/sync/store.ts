/** The browser's store: what the interface reads and what it can do. Framework-free.

Server truth comes in by a snapshot and by events alone (loader.ts, apply.ts); what I do is shown at once (overlay.ts)
and carried out behind it (outbox.ts). Everything read here is a frozen value: the same object until it changes.
Keys told to listeners: me, agents, teams, channels, bots, labels, saved-views, saved-counts, notifications, counts,
connection, pending, presence, view:KEY (viewKey), conversation:ID, thread:ID, companions:ID, draft:ID.
*/

import type { NewConversation, Preferences, Server } from "../api/server";
import type {
  Agent, Attachment, Bot, Channel, Conversation, Event, Handler, Id, Label, ListedView, ListFilter, Me, Notification,
  Priority, SavedView, Team, Time,
} from "../api/types";
import { apply, type Outcome } from "./apply";
import { Present } from "./companions";
import type { Keep } from "./keep";
import { Live, type Surroundings } from "./live";
import { Loader } from "./loader";
import type { Companions, Connection, Counts, Operation, Pending, ThreadShown, WindowShown } from "./model";
import { Outbox } from "./outbox";
import { MyPreferences } from "./preferences";
import { SavedCounts } from "./savedcounts";
import { Signals } from "./signals";
import { newState, pendingOf, putConversation, shownConversation, shownCounts, threadShown, windowOf, type State } from "./state";
import { hasOlder } from "./threads";
import { viewKey, windowShown } from "./windows";

export type Listener = (changedKeys: ReadonlySet<string>) => void;

export interface Reply {
  readonly text: string;
  readonly attachments?: readonly Attachment[];
  readonly replyTo?: Id | null;
  readonly takeOver?: boolean;
}

const MOST_SHOWN = 2_000;
const NOT_LOADED: WindowShown = { ids: [], loaded: false, complete: false, loading: false, error: null };

export interface Options {
  readonly newId?: () => string;
  readonly page?: number;
  /** Told of what was refused and is not shown anywhere else. */
  readonly refused?: (text: string) => void;
}

export class Store {
  /** What is true; for the tests of this folder. */
  readonly state: State = newState();
  private readonly newId: () => string;
  private readonly listeners = new Set<Listener>();
  private readonly loader: Loader;
  private readonly outbox: Outbox;
  private readonly live: Live;
  private readonly present: Present;
  private connected: Connection = "connecting";
  private countsShown: Counts | null = null;
  private telling = false;
  private restored = false;
  private readonly signals: Signals;
  private readonly preferences: MyPreferences;
  private readonly savedCounts: SavedCounts;
  private readonly notified = new Set<(notification: Notification) => void>();
  /** How many readers the numbers of the saved views have, and whether the page is seen. */
  private savedReaders = 0;
  private visible = true;

  constructor(
    private readonly server: Server,
    private readonly keep: Keep,
    private readonly around: Surroundings,
    { newId = () => crypto.randomUUID(), page = 50, refused = () => undefined }: Options = {},
  ) {
    this.newId = newId;
    const tell = () => this.tell();
    const wait = (ms: number) => around.wait(ms);
    this.loader = new Loader(this.state, server, tell, (ms) => around.wait(ms), page);
    this.outbox = new Outbox(this.state, server, keep, wait, (id) => this.loader.ask(id), tell);
    this.present = new Present(() => around.now(), wait, (key) => this.changed(key));
    this.signals = new Signals((frame) => this.live.send(frame), () => around.now(), wait);
    this.preferences = new MyPreferences(this.state, server, keep, wait, () => this.changed("me"), refused);
    this.savedCounts = new SavedCounts(server, wait, () => this.wantsSavedCounts(), () => this.changed("saved-counts"));
    this.live = new Live(around, {
      prepare: () => this.prepare(),
      since: () => this.state.seq,
      event: (event) => this.take(event),
      ephemeron: (frame) => this.present.hear(frame, this.state.me?.id),
      connection: (state) => this.connectionIs(state),
    });
  }

  start(): void {
    this.live.start();
  }

  stop(): void {
    this.live.stop();
    this.outbox.stop();
    this.preferences.stop();
  }

  /** The network is back, or the page is visible again. */
  wake(): void {
    this.live.wake();
    this.outbox.kick();
  }

  /** Returns what ends it. Changes of one moment are told together, in a microtask. */
  subscribe(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Called with each notification that is new or has grown. */
  onNotification(listener: (notification: Notification) => void): () => void {
    this.notified.add(listener);
    return () => this.notified.delete(listener);
  }

  /** The page is in front, or is not. */
  seen(visible: boolean): void {
    this.visible = visible;
    if (visible) this.wake();
    if (visible) this.savedCounts.look();
  }

  // What is read

  /** Whether there has been a snapshot. */
  get ready(): boolean {
    return this.state.me !== null;
  }
  get me(): Me | null {
    return this.preferences.me;
  }
  get agents(): ReadonlyMap<Id, Agent> {
    return this.state.agents;
  }
  get teams(): ReadonlyMap<Id, Team> {
    return this.state.teams;
  }
  get channels(): ReadonlyMap<Id, Channel> {
    return this.state.channels;
  }
  get bots(): ReadonlyMap<Id, Bot> {
    return this.state.bots;
  }
  get labels(): ReadonlyMap<Id, Label> {
    return this.state.labels;
  }
  get savedViews(): ReadonlyMap<Id, SavedView> {
    return this.state.savedViews;
  }
  /** How many conversations it holds, at most 1000; unknown until it was asked. */
  savedCount(id: Id): number | undefined {
    return this.savedCounts.of(id);
  }
  get notificationsUnread(): number {
    return this.state.notificationsUnread;
  }
  get connection(): Connection {
    return this.connected;
  }
  get counts(): Counts {
    return (this.countsShown ??= shownCounts(this.state));
  }

  conversation(id: Id): Conversation | undefined {
    return shownConversation(this.state, id);
  }

  view(name: ListedView, filter: ListFilter = {}): WindowShown {
    const window = this.state.windows.get(viewKey(name, filter));
    return window ? windowShown(window) : NOT_LOADED;
  }

  thread(conversationId: Id): ThreadShown {
    return threadShown(this.state, conversationId);
  }

  /** Everything of mine that the server has not confirmed, oldest first; of one conversation, or all. */
  pending(conversationId?: Id): readonly Pending[] {
    return conversationId === undefined ? [...this.state.pending.values()] : pendingOf(this.state, conversationId);
  }

  /** Who else types in and looks at a conversation. */
  companions(conversationId: Id): Companions {
    return this.present.of(conversationId);
  }

  isPresent(agentId: Id): boolean {
    return this.present.isOnline(agentId);
  }

  // What is opened

  /** Loads and follows a view. Returns what closes it; it stays cached and current for a while. */
  openView(name: ListedView, filter: ListFilter = {}): () => void {
    const window = windowOf(this.state, name, filter);
    window.opened += 1;
    if (!window.loaded && !window.loading) void this.loader.loadWindow(window, true);
    return once(() => {
      window.opened -= 1;
      this.loader.letWindowsGo();
    });
  }

  async loadMore(name: ListedView, filter: ListFilter = {}): Promise<void> {
    const window = this.state.windows.get(viewKey(name, filter));
    if (window) await this.loader.loadWindow(window, !window.loaded);
  }

  /** Loads and follows a thread; `neighbours` are prefetched behind it. Returns what closes it. */
  openThread(conversationId: Id, neighbours: readonly Id[] = []): () => void {
    const thread = this.loader.touchThread(conversationId);
    thread.opened += 1;
    this.loader.hydrate([conversationId]);
    if (this.ready) for (const id of neighbours.slice(0, 3)) if (!this.state.threads.has(id)) this.loader.touchThread(id);
    return once(() => {
      const there = this.state.threads.get(conversationId) ?? thread;
      there.opened = Math.max(0, there.opened - 1);
    });
  }

  async loadOlder(conversationId: Id): Promise<void> {
    const thread = this.state.threads.get(conversationId);
    if (thread?.error || (thread && !thread.loaded)) return this.loader.loadThread(conversationId, true);
    if (thread && hasOlder(thread)) await this.loader.loadThread(conversationId, false);
  }

  /** Loads the thread so far back that the message is there. Returns whether it is. */
  async showMessage(conversationId: Id, messageId: Id): Promise<boolean> {
    this.loader.touchThread(conversationId);
    const there = () => this.thread(conversationId).messages.some((message) => message.id === messageId);
    while (!there()) {
      const { messages, hasOlder: more, loading, loaded, error } = this.thread(conversationId);
      if (error || (loaded && !loading && !more) || messages.length >= MOST_SHOWN) return false;
      if (loading) await this.around.wait(50);
      else await this.loadOlder(conversationId);
    }
    return true;
  }

  /** Keeps the numbers of the saved views current. Returns what ends it. */
  followSavedCounts(): () => void {
    this.savedReaders += 1;
    this.savedCounts.look();
    return once(() => (this.savedReaders -= 1));
  }

  // What is done: shown at once, carried out behind it. Each returns the id of what is pending.

  reply(conversationId: Id, { text, attachments = [], replyTo = null, takeOver = false }: Reply): string {
    return this.begin(conversationId, { kind: "reply", text, attachments, replyTo, takeOver });
  }

  note(conversationId: Id, text: string, mentions: readonly Id[] = []): string {
    return this.begin(conversationId, { kind: "note", text, mentions });
  }

  /** Assigns to me without sending; also takes over from another agent or a bot. */
  pick(conversationId: Id): string {
    return this.assign(conversationId, { kind: "agent", id: this.state.me?.id ?? "" }, undefined, null);
  }

  takeOver(conversationId: Id): string {
    return this.pick(conversationId);
  }

  /** To an agent, or to a team: back into that team's Inbox. */
  forward(conversationId: Id, to: { readonly agentId: Id } | { readonly teamId: Id | null }, note: string | null = null): string {
    if ("agentId" in to) return this.assign(conversationId, { kind: "agent", id: to.agentId }, undefined, note);
    return this.assign(conversationId, { kind: "none", id: null }, to.teamId, note);
  }

  close(conversationId: Id, reason: string | null = null): string {
    return this.begin(conversationId, { kind: "close", reason });
  }

  reopen(conversationId: Id): string {
    return this.begin(conversationId, { kind: "reopen" });
  }

  label(conversationId: Id, labels: readonly Id[]): string {
    return this.begin(conversationId, { kind: "labels", labels });
  }

  prioritise(conversationId: Id, priority: Priority): string {
    return this.begin(conversationId, { kind: "priority", priority });
  }

  /** Until a time, or (null) until the customer writes. */
  snooze(conversationId: Id, until: Time | null): string {
    return this.begin(conversationId, { kind: "snooze", until });
  }

  unsnooze(conversationId: Id): string {
    return this.begin(conversationId, { kind: "unsnooze" });
  }

  /** My one reaction to a message, or (null) none. */
  react(conversationId: Id, messageId: Id, emoji: string | null): string {
    return this.begin(conversationId, { kind: "react", messageId, emoji });
  }

  setPreferences(patch: Preferences): void {
    this.preferences.set(patch);
  }

  /** Everything of the customer's that is loaded has been seen. Does nothing when nothing is unread. */
  markRead(conversationId: Id): void {
    const conversation = this.conversation(conversationId);
    const message = this.state.threads.get(conversationId)?.messages.at(-1);
    if (!conversation || !message || (conversation.read_count ?? -1) >= conversation.inbound_count) return;
    this.begin(conversationId, { kind: "read", messageId: message.id, inboundCount: conversation.inbound_count });
  }

  /** R3. The same client_message_id again is the same conversation. Raises ApiError. */
  async startConversation(conversation: Omit<NewConversation, "client_message_id"> & { client_message_id?: string }): Promise<Conversation> {
    const started = await this.server.start({ client_message_id: this.newId(), ...conversation });
    putConversation(this.state, started);
    this.tell();
    return this.conversation(started.id) ?? started;
  }

  /** Sends a message again whose delivery failed or is uncertain. Raises ApiError. */
  async retryDelivery(conversationId: Id, messageId: Id): Promise<void> {
    await this.server.retryDelivery(conversationId, messageId);
  }

  retry(pendingId: string): void {
    this.outbox.retry(pendingId);
  }

  /** R6: sends what met a conflict nevertheless, which takes the conversation over. */
  sendAnyway(pendingId: string): void {
    this.outbox.sendAnyway(pendingId);
  }

  discard(pendingId: string): void {
    this.outbox.discard(pendingId);
  }

  // Drafts, as texts of the interface's own making; one for each agent and conversation, agreed on by all tabs

  draft(conversationId: Id): string | null {
    return this.keep.get(this.draftKey(conversationId));
  }

  setDraft(conversationId: Id, draft: string | null): void {
    if (draft === null || draft === "") this.keep.remove(this.draftKey(conversationId));
    else this.keep.set(this.draftKey(conversationId), draft);
    this.changed(`draft:${conversationId}`);
  }

  /** Another tab has written to what is kept (the event `storage`). */
  keptElsewhere(key: string | null): void {
    const prefix = this.draftKey("");
    if (key?.startsWith(prefix)) this.changed(`draft:${key.slice(prefix.length)}`);
  }

  // What colleagues see of me

  setTyping(conversationId: Id, active: boolean): void {
    this.signals.typing(conversationId, active);
  }

  setViewing(conversationId: Id | null): void {
    this.signals.looking(conversationId);
  }

  private async prepare(): Promise<void> {
    await this.loader.resync();
    if (!this.restored) {
      this.outbox.restore();
      this.preferences.restore();
    }
    this.restored = true;
    this.savedCounts.outdated();
    this.tell();
  }

  private take(event: Event): Outcome {
    const outcome = apply(this.state, event);
    if (outcome !== "applied") return outcome;
    if (event.type === "message_added" || event.type === "note_added") {
      this.present.spoke(event.data.conversation.id, event.actor);
    }
    if ("conversation" in event.data) this.loader.follow(event.data.conversation.id);
    if (changesLists(event)) this.savedCounts.outdated();
    if (event.type === "notification_changed") for (const each of this.notified) each(event.data.notification);
    this.tell();
    return outcome;
  }

  private connectionIs(state: Connection): void {
    if (state === this.connected) return;
    this.connected = state;
    if (state === "online") {
      this.loader.again();
      this.outbox.kick();
      this.savedCounts.look();
    } else {
      this.present.forget();
    }
    this.changed("connection");
  }

  private wantsSavedCounts(): boolean {
    return this.savedReaders > 0 && this.visible && this.ready && this.state.savedViews.size > 0;
  }

  private assign(conversationId: Id, handler: Handler, teamId: Id | null | undefined, note: string | null): string {
    return this.begin(conversationId, { kind: "handler", handler, teamId, note });
  }

  private begin(conversationId: Id, operation: Operation): string {
    const id = this.newId();
    const epoch = this.conversation(conversationId)?.epoch ?? 0;
    const at = new Date(this.around.now()).toISOString();
    this.outbox.add({ id, conversationId, operation, epoch, at, state: "waiting" });
    return id;
  }

  private draftKey(conversationId: Id): string {
    return `harken.draft.${this.state.me?.id ?? ""}.${conversationId}`;
  }

  private changed(key: string): void {
    this.state.changed.add(key);
    this.tell();
  }

  private tell(): void {
    if (this.telling) return;
    this.telling = true;
    queueMicrotask(() => {
      this.telling = false;
      this.loader.refill();
      const changed = this.state.changed;
      if (changed.size === 0) return;
      this.state.changed = new Set();
      this.countsShown = null;
      if (changed.has("pending")) this.outbox.forgetSettled();
      for (const listener of this.listeners) listener(changed);
    });
  }
}

/** Whether a saved view may hold more or fewer than before, or is another one. */
function changesLists({ type, data }: Event): boolean {
  return "conversation" in data || "conversation_id" in data || "saved_view" in data || type === "saved_view_removed" || type === "label_removed";
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (!done) action();
    done = true;
  };
}

/** The browser's store: what the interface reads and what it can do. Framework-free.

Server truth comes in by a snapshot and by events alone (loader.ts, apply.ts); what I do is shown at once (overlay.ts)
and carried out behind it (outbox.ts). Everything read here is a frozen value: the same object until it changes.
Keys told to listeners: me, agents, teams, channels, bots, labels, saved-views, saved-counts, notifications, counts,
connection, pending, presence, view:KEY (viewKey), conversation:ID, thread:ID, companions:ID, draft:ID.
*/

import type { NewConversation, Preferences, Server } from "../api/server";
import type {
  Agent, Bot, Channel, Conversation, Event, Id, Label, ListedView, ListFilter, Me, Notification, SavedView, Team,
} from "../api/types";
import { apply, type Outcome } from "./apply";
import { Present } from "./companions";
import { Doing } from "./doing";
import { Drafts } from "./drafts";
import type { Keep } from "./keep";
import { Live, type Surroundings } from "./live";
import { Loader } from "./loader";
import type { Companions, Connection, Counts, Operation, Pending, ThreadShown, WindowShown } from "./model";
import { Outbox } from "./outbox";
import { MyPreferences } from "./preferences";
import { SavedCounts } from "./savedcounts";
import { Signals } from "./signals";
import { newState, pendingOf, putConversation, shownConversation, shownCounts, threadShown, windowOf, type State } from "./state";
import { viewKey, windowShown } from "./windows";

export type Listener = (changedKeys: ReadonlySet<string>) => void;

const NOT_LOADED: WindowShown = { ids: [], loaded: false, complete: false, loading: false, error: null };

export interface Options {
  readonly newId?: () => string;
  /** How many rows and messages come at once, and how many messages of a thread are loaded without a gap. */
  readonly page?: number;
  readonly reach?: number;
  /** Told of what was refused and is not shown anywhere else. */
  readonly refused?: (text: string) => void;
}

export class Store extends Doing {
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
  private readonly drafts: Drafts;
  private readonly signals: Signals;
  private readonly preferences: MyPreferences;
  private readonly savedCounts: SavedCounts;
  private readonly notified = new Set<(notification: Notification) => void>();
  /** How many readers the numbers of the saved views have, and whether the page is seen. */
  private savedReaders = 0;
  private visible = true;

  constructor(
    private readonly server: Server,
    keep: Keep,
    private readonly around: Surroundings,
    { newId = () => crypto.randomUUID(), page = 50, reach = 2_000, refused = () => undefined }: Options = {},
  ) {
    super();
    this.newId = newId;
    const tell = () => this.tell();
    const wait = (ms: number) => around.wait(ms);
    this.loader = new Loader(this.state, server, tell, wait, page, reach);
    this.outbox = new Outbox(this.state, server, keep, wait, (id) => this.loader.ask(id), tell);
    this.present = new Present(() => around.now(), wait, (key) => this.changed(key));
    this.drafts = new Drafts(keep, () => this.myId(), (key) => this.changed(key));
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
    const thread = this.loader.threads.touch(conversationId);
    thread.opened += 1;
    this.loader.hydrate([conversationId]);
    if (this.ready) for (const id of neighbours.slice(0, 3)) if (!this.state.threads.has(id)) this.loader.threads.touch(id);
    return once(() => {
      const there = this.state.threads.get(conversationId) ?? thread;
      this.loader.threads.leave(there);
    });
  }

  async loadOlder(conversationId: Id): Promise<void> {
    await this.loader.threads.older(conversationId);
  }

  /** After a jump far back: what comes next, or (at once) the newest messages. */
  async loadNewer(conversationId: Id): Promise<void> {
    await this.loader.threads.newer(conversationId);
  }

  async showNewest(conversationId: Id): Promise<void> {
    await this.loader.threads.newest(conversationId);
  }

  /** Loads the thread so that the message is in it. Returns whether it is. */
  async showMessage(conversationId: Id, messageId: Id): Promise<boolean> {
    return this.loader.threads.show(conversationId, messageId);
  }

  /** Keeps the numbers of the saved views current. Returns what ends it. */
  followSavedCounts(): () => void {
    this.savedReaders += 1;
    this.savedCounts.look();
    return once(() => (this.savedReaders -= 1));
  }

  // What is done, beside what Doing offers

  setPreferences(patch: Preferences): void {
    this.preferences.set(patch);
  }

  /** Everything of the customer's that is loaded has been seen. Does nothing when nothing is unread. */
  markRead(conversationId: Id): void {
    const conversation = this.conversation(conversationId);
    const thread = this.state.threads.get(conversationId);
    const message = thread?.messages.at(-1);
    if (!conversation || !message || thread?.hasNewer || (conversation.read_count ?? -1) >= conversation.inbound_count) return;
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

  // Drafts, agreed on by all tabs

  draft(conversationId: Id): string | null {
    return this.drafts.of(conversationId);
  }

  setDraft(conversationId: Id, draft: string | null): void {
    this.drafts.set(conversationId, draft);
  }

  keptElsewhere(key: string | null): void {
    this.drafts.changedElsewhere(key);
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

  protected myId(): Id {
    return this.state.me?.id ?? "";
  }

  protected begin(conversationId: Id, operation: Operation): string {
    if (operation.kind === "reply" || operation.kind === "note") void this.showNewest(conversationId);
    const id = this.newId();
    const epoch = this.conversation(conversationId)?.epoch ?? 0;
    const at = new Date(this.around.now()).toISOString();
    this.outbox.add({ id, conversationId, operation, epoch, at, state: "waiting" });
    return id;
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

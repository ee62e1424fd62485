/** The browser's store: what the interface reads and what it can do. Framework-free.

Server truth comes in by a snapshot and by events alone (loader.ts, apply.ts); what I do is shown at once (overlay.ts)
and carried out behind it (outbox.ts). Everything read here is a frozen value: the same object until it changes.
Keys told to listeners: me, agents, teams, channels, bots, labels, saved-views, saved-counts, quick-replies, notifications, counts,
connection, stale, pending, view:KEY (viewKey), conversation:ID, thread:ID, companions:ID, draft:ID.
*/

import { asApiError } from "../api/errors";
import type { NewConversation, Preferences, Server } from "../api/server";
import type { Event } from "../api/events";
import type { Conversation, Id, ListedView, ListFilter, Me, Message, Notification } from "../api/types";
import { apply, type Outcome } from "./apply";
import { memoryArchive, type Archive } from "./archive";
import { Present } from "./companions";
import { Doing } from "./doing";
import type { Answered } from "./draft";
import { Drafts } from "./drafts";
import type { Keep } from "./keep";
import { Live, type Surroundings } from "./live";
import { Loader } from "./loader";
import type { Companions, Connection, Operation } from "./model";
import { Offline } from "./offline";
import { Outbox } from "./outbox";
import { MyPreferences } from "./preferences";
import { QuickReplies } from "./quickreplies";
import { changesLists, SavedCounts } from "./savedcounts";
import { Signals } from "./signals";
import { putConversation, windowOf } from "./state";
import { viewKey } from "./windows";
import { newId as randomId } from "../lib/id";
import { once } from "../lib/once";

export type Listener = (changedKeys: ReadonlySet<string>) => void;

/** How long the first snapshot may take before what is kept is shown. */
const PATIENCE = 4_000;

export interface Options {
  readonly newId?: () => string;
  /** How many rows and messages come at once, and how many messages of a thread are loaded without a gap. */
  readonly page?: number;
  readonly reach?: number;
  /** How many conversations are kept as they are; the others rest packed. */
  readonly room?: number;
  readonly archive?: Archive;
  /** Told of what was refused and is not shown anywhere else. */
  readonly refused?: (text: string) => void;
}

export class Store extends Doing {
  private readonly newId: () => string;
  private readonly listeners = new Set<Listener>();
  private readonly loader: Loader;
  private readonly outbox: Outbox;
  private readonly live: Live;
  private readonly present: Present;
  private connected: Connection = "connecting";
  private telling = false;
  private restoredFor: Id | null = null;
  private readonly offline: Offline;
  private readonly drafts: Drafts;
  private readonly signals: Signals;
  private readonly preferences: MyPreferences;
  private readonly savedCounts: SavedCounts;
  /** The Quick Replies that I may use. */
  readonly prepared: QuickReplies;
  private readonly notified = new Set<(notification: Notification) => void>();
  /** How many readers the numbers of the saved views have, and whether the page is seen. */
  private savedReaders = 0;
  private visible = true;

  constructor(
    private readonly server: Server,
    keep: Keep,
    private readonly around: Surroundings,
    { newId = randomId, page = 50, reach = 2_000, room, refused = () => undefined, archive = memoryArchive() }: Options = {},
  ) {
    super(room);
    this.newId = newId;
    const tell = () => this.tell();
    const wait = (ms: number) => around.wait(ms);
    this.loader = new Loader(this.state, server, tell, wait, page, reach);
    this.outbox = new Outbox(this.state, server, keep, wait, (id) => this.loader.ask(id), tell);
    this.present = new Present(() => around.now(), wait, (key) => this.changed(key));
    this.offline = new Offline(this.state, archive, keep, wait);
    this.drafts = new Drafts(keep, () => this.myId(), (key) => this.changed(key), server, wait, (id, message) => this.answeredIn(id, message));
    this.signals = new Signals((frame) => this.live.send(frame), () => around.now(), wait);
    this.preferences = new MyPreferences(this.state, server, keep, wait, () => this.changed("me"), refused);
    this.savedCounts = new SavedCounts(server, wait, () => this.wantsSavedCounts(), () => this.changed("saved-counts"));
    this.prepared = new QuickReplies(server, () => this.changed("quick-replies"));
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
    void this.around.wait(PATIENCE).then(() => this.openKept());
  }

  stop(): void {
    this.live.stop();
    this.outbox.stop();
    this.preferences.stop();
    this.offline.stop();
  }

  /** The session is over: nothing of it is kept for offline days. */
  async forget(): Promise<void> {
    this.stop();
    await this.offline.wipe();
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
    if (!visible) return void this.offline.write();
    this.wake();
    this.savedCounts.look();
  }

  // What is read, beside what Reading offers

  get me(): Me | null {
    return this.preferences.me;
  }
  get connection(): Connection {
    return this.connected;
  }

  /** How many conversations a saved view holds, at most 1000; unknown until it was asked. */
  savedCount(id: Id): number | undefined {
    return this.savedCounts.of(id);
  }

  /** Who else types in and looks at a conversation. */
  companions(conversationId: Id): Companions {
    return this.present.of(conversationId);
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

  protected drafted(conversationId: Id): { readonly draftRevision?: number } {
    const draftRevision = this.drafts.revision(conversationId);
    return draftRevision > 0 ? { draftRevision } : {};
  }

  private answeredIn(conversationId: Id, messageId: Id): Answered | null {
    const found = this.state.threads.get(conversationId)?.messages.find(({ id }) => id === messageId);
    return { id: messageId, name: found?.author.name ?? "", text: (found?.text ?? "").slice(0, 160) };
  }

  /** Takes my message back while it is held; answers with what it was. Raises ApiError. */
  async withdraw(conversationId: Id, messageId: Id): Promise<Message> {
    return this.server.withdraw(conversationId, messageId);
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
    try {
      await this.loader.resync();
    } catch (error) {
      if (asApiError(error).status !== 401) await this.openKept();
      throw error;
    }
    this.offline.belongsTo(this.myId());
    this.restore();
    this.drafts.snapshot(this.loader.drafts);
    this.savedCounts.outdated();
    this.prepared.state(this.state.quickReplies);
    this.tell();
  }

  /** No answer: what was seen on an earlier day, until there is one. */
  private async openKept(): Promise<void> {
    if (this.ready || !(await this.offline.open())) return;
    this.loader.missing();
    this.restore();
    this.tell();
  }

  /** What I did on an earlier page, and was not confirmed there. */
  private restore(): void {
    const me = this.myId();
    if (this.restoredFor === me) return;
    if (this.restoredFor !== null) for (const each of [this.outbox, this.preferences]) each.leave();
    if (this.restoredFor !== null) this.prepared.forget();
    this.restoredFor = me;
    this.outbox.restore();
    this.preferences.restore();
  }

  private take(event: Event): Outcome {
    const outcome = apply(this.state, event);
    if (outcome !== "applied") return outcome;
    if (event.type === "message_added" || event.type === "note_added") {
      this.present.spoke(event.data.conversation.id, event.actor);
    }
    if ("conversation" in event.data) this.present.handled(event.data.conversation);
    if ("conversation" in event.data) this.loader.follow(event.data.conversation.id);
    this.prepared.event(event);
    if (event.type === "draft_changed") this.drafts.hear(event.data.draft);
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
      this.drafts.kick();
      this.preferences.kick();
      this.savedCounts.look();
      this.prepared.look();
    } else {
      this.present.forget();
    }
    this.changed("connection");
  }

  private wantsSavedCounts(): boolean {
    return this.savedReaders > 0 && this.visible && this.ready && this.state.savedViews.size > 0;
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
      this.loader.lighten();
      const changed = this.state.changed;
      if (changed.size === 0) return;
      this.state.changed = new Set();
      this.countsShown = null;
      this.offline.changed();
      if (changed.has("pending")) this.outbox.forgetSettled();
      for (const listener of this.listeners) listener(changed);
    });
  }
}

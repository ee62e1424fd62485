/** The framework-free store (sync/store.ts) as runes: reading one of these in a template or a $derived follows its key. */

import { createSubscriber } from "svelte/reactivity";
import { asApiError } from "../api/errors";
import type { NewConversation, Preferences } from "../api/server";
import type {
  Agent, Attachment, Bot, Channel, Conversation, Id, Label, ListedView, ListFilter, Me, Message, Notification, Priority, SavedView, Team, Time,
} from "../api/types";
import { t } from "../i18n";
import { openStore } from "../sync/browser";
import type { Companions, Connection, Counts, Mail, Pending, ThreadShown, WindowShown } from "../sync/model";
import type { QuickRepliesShown } from "../sync/quickreplies";
import type { Store } from "../sync/store";
import { viewKey } from "../sync/windows";
import type { MainAction } from "./conversations";
import { notify } from "./notices.svelte";

type Follow = { readonly read: () => void; update: (() => void) | null };

const LASTING = ["me", "agents", "teams", "channels", "bots", "labels", "saved-views", "notifications", "counts", "connection", "stale", "pending"];

/** Of a key that is there for good: reading it costs next to nothing, where a subscription would be made for each reader. */
class Lasting implements Follow {
  #version = $state.raw(0);
  readonly read = () => void this.#version;
  readonly update = () => void (this.#version += 1);
}

class LiveStore {
  #store: Store | null = null;
  #end: (() => void) | null = null;
  /** In their order; there may be thousands. */
  #labels: Label[] | null = null;
  #followed = new Map<string, Follow>(LASTING.map((key) => [key, new Lasting()])); // one made by its reader would not be followed

  open(): void {
    if (this.#end) return;
    const { store, close } = openStore(notify, async (pending, send) => {
      const waits = pending.operation.kind === "reply" && pending.operation.attachments.some(({ id }) => id.startsWith("local:"));
      if (!waits) return send(pending);
      return (await import("./transfers/transfers.svelte")).withFiles(pending, this.#open.me?.id ?? "", () => this.#store?.pending().some(({ id }) => id === pending.id) === true, send);
    });
    const unsubscribe = store.subscribe((keys) => {
      if (keys.has("labels")) this.#labels = null;
      for (const key of keys) this.#followed.get(key)?.update?.();
    });
    this.#store = store;
    this.#end = () => {
      unsubscribe();
      close();
    };
  }

  close(): void {
    this.#end?.();
    this.#end = null;
    this.#store = null;
    this.#labels = null;
  }

  get #open(): Store {
    if (!this.#store) throw new Error("the store is not open");
    return this.#store;
  }

  #at(key: string): Store {
    let follow = this.#followed.get(key);
    if (!follow && !$effect.tracking()) return this.#open; // looked at once: nothing is to be told
    if (!follow) {
      const made: Follow = {
        update: null,
        read: createSubscriber((update) => {
          made.update = update;
          const end = key === "saved-counts" ? this.#store?.followSavedCounts() : undefined;
          return () => {
            end?.();
            this.#followed.delete(key);
          };
        }),
      };
      this.#followed.set(key, (follow = made));
    }
    follow.read();
    return this.#open;
  }

  // What is read

  get ready(): boolean {
    return this.#at("me").ready;
  }
  get me(): Me {
    return this.#at("me").me!;
  }
  /** What is shown was kept on an earlier day: the server has not answered yet. */
  get stale(): boolean {
    return this.#at("stale").stale;
  }
  get connection(): Connection {
    return this.#at("connection").connection;
  }
  get counts(): Counts {
    this.#at("teams");
    return this.#at("counts").counts;
  }
  get agents(): Agent[] {
    return [...this.#at("agents").agents.values()].sort(byName);
  }
  get teams(): Team[] {
    return [...this.#at("teams").teams.values()].sort(byName);
  }
  get channels(): Channel[] {
    return [...this.#at("channels").channels.values()].sort(byName);
  }
  get labels(): Label[] {
    const { labels } = this.#at("labels");
    return (this.#labels ??= [...labels.values()].sort(byName));
  }
  /** Mine and the shared ones, in their order. */
  get savedViews(): SavedView[] {
    return [...this.#at("saved-views").savedViews.values()].sort((one, other) => one.position - other.position || byName(one, other));
  }
  /** How many conversations a saved view holds, at most 1000; unknown until it was asked. Kept current while it is read. */
  savedCount(id: Id): number | undefined {
    return this.#at("saved-counts").savedCount(id);
  }
  get notificationsUnread(): number {
    return this.#at("notifications").notificationsUnread;
  }
  /** Loaded when they are first read. */
  get quickReplies(): QuickRepliesShown {
    this.#open.prepared.want();
    return this.#at("quick-replies").prepared.shown;
  }
  retryQuickReplies(): void {
    this.#open.prepared.look();
  }
  get preferences(): Preferences {
    return this.#at("me").me?.preferences ?? {};
  }
  get bots(): Bot[] {
    return [...this.#at("bots").bots.values()].sort(byName);
  }
  agent(id: Id): Agent | undefined {
    return this.#at("agents").agents.get(id);
  }
  team(id: Id): Team | undefined {
    return this.#at("teams").teams.get(id);
  }
  channel(id: Id): Channel | undefined {
    return this.#at("channels").channels.get(id);
  }
  label(id: Id): Label | undefined {
    return this.#at("labels").labels.get(id);
  }
  bot(id: Id | null): Bot | undefined {
    return id === null ? undefined : this.#at("bots").bots.get(id);
  }
  conversation(id: Id): Conversation | undefined {
    return this.#at(`conversation:${id}`).conversation(id);
  }
  /** As it is now, without following it: for rows of long lists, which are told of changes together (onChange). */
  conversationNow(id: Id): Conversation | undefined {
    return this.#open.conversation(id);
  }
  draftNow(id: Id): string | null {
    return this.#open.draft(id);
  }
  companionsNow(id: Id): Companions {
    return this.#open.companions(id);
  }
  window(view: ListedView, filter: ListFilter): WindowShown {
    return this.#at(`view:${viewKey(view, filter)}`).view(view, filter);
  }
  /** How many of a list are put aside, as far as they are loaded: of its window with snoozed=only, which is to be open. */
  folded(view: ListedView, filter: ListFilter): number {
    return this.window(view, { ...filter, snoozed: "only" }).ids.length;
  }
  thread(id: Id): ThreadShown {
    return this.#at(`thread:${id}`).thread(id);
  }
  /** Everything of mine that the server has not confirmed. */
  get pending(): readonly Pending[] {
    return this.#at("pending").pending();
  }
  pendingOf(id: Id): readonly Pending[] {
    return this.#at("pending").pending(id);
  }
  companions(id: Id): Companions {
    return this.#at(`companions:${id}`).companions(id);
  }
  draft(id: Id): string | null {
    return this.#at(`draft:${id}`).draft(id);
  }
  /** Called with each notification that is new or has grown. */
  onNotification(listener: (notification: Notification) => void): () => void {
    return this.#open.onNotification(listener);
  }
  /** For what runs outside of templates: called at each change of these keys. */
  onChange(listener: (keys: ReadonlySet<string>) => void): () => void {
    return this.#open.subscribe(listener);
  }

  // What is opened

  openWindow(view: ListedView, filter: ListFilter): () => void {
    return this.#open.openView(view, filter);
  }
  loadMore(view: ListedView, filter: ListFilter): void {
    void this.#open.loadMore(view, filter);
  }
  openThread(id: Id, neighbours: readonly Id[]): () => void {
    const store = this.#open;
    const close = store.openThread(id, neighbours);
    store.setViewing(id);
    return () => {
      close();
      store.setViewing(null);
    };
  }
  loadOlder(id: Id): void {
    void this.#open.loadOlder(id);
  }
  /** After a jump far back (`hasNewer`): what comes next. */
  loadNewer(id: Id): void {
    void this.#open.loadNewer(id);
  }
  /** After a jump far back: the end of the thread, as it is without a jump. */
  showNewest(id: Id): Promise<void> {
    return this.#open.showNewest(id);
  }
  /** Loads the thread so that the message is in it; false when it is not to be had. */
  showMessage(conversationId: Id, messageId: Id): Promise<boolean> {
    return this.#open.showMessage(conversationId, messageId);
  }

  // What is done

  reply(id: Id, text: string, attachments: readonly Attachment[], replyTo: Id | null = null, quickReplies: readonly Id[] = [], more: { format?: "markdown"; mail?: Mail } = {}): void {
    const shown = this.#open.conversation(id);
    const others = shown?.handler.kind === "bot" || (shown?.handler.kind === "agent" && shown.handler.id !== this.#open.me?.id);
    this.#open.reply(id, { text, attachments, replyTo, takeOver: others, quickReplies, ...more });
    this.#open.prepared.used(quickReplies);
  }
  /** Takes a message back that is held still; null (and said) when it has gone. */
  async withdraw(id: Id, messageId: Id): Promise<Message | null> {
    try {
      return await this.#open.withdraw(id, messageId);
    } catch (error) {
      const { code, message } = asApiError(error);
      notify(code === "already_sent" ? t.thread.too_late : message || t.unreachable);
      return null;
    }
  }
  note(id: Id, text: string, mentions: readonly Id[]): void {
    this.#open.note(id, text, mentions);
  }
  act(id: Id, action: MainAction): void {
    const store = this.#open;
    if (action === "pick") store.pick(id);
    else if (action === "take_over") store.takeOver(id);
    else if (action === "close") store.close(id);
    else store.reopen(id);
  }
  forward(id: Id, to: { kind: "agent" | "team"; id: Id }, note: string): void {
    this.#open.forward(id, to.kind === "agent" ? { agentId: to.id } : { teamId: to.id }, note || null);
  }
  /** `goal`: what the bot is to do. */
  handToBot(id: Id, botId: Id, goal: string): void {
    this.#open.handToBot(id, botId, goal || null);
  }
  /** Back to the Inbox of the team it is with. */
  release(id: Id): void {
    this.#open.forward(id, { teamId: this.#open.conversation(id)?.team_id ?? null });
  }
  setLabels(id: Id, labels: readonly Id[]): void {
    this.#open.label(id, labels);
  }
  setPriority(id: Id, priority: Priority): void {
    this.#open.prioritise(id, priority);
  }
  /** Until a time, or (null) until the customer writes. */
  snooze(id: Id, until: Time | null): void {
    this.#open.snooze(id, until);
  }
  unsnooze(id: Id): void {
    this.#open.unsnooze(id);
  }
  /** My one reaction to a message, or (null) none. */
  react(id: Id, messageId: Id, emoji: string | null): void {
    this.#open.react(id, messageId, emoji);
  }
  setPreferences(patch: Preferences): void {
    this.#open.setPreferences(patch);
  }
  markRead(id: Id): void {
    this.#open.markRead(id);
  }
  retry(pendingId: string): void {
    this.#open.retry(pendingId);
  }
  discard(pendingId: string): void {
    const pending = this.#open.pending().find(({ id }) => id === pendingId);
    this.#open.discard(pendingId);
    if (pending) void import("./transfers/transfers.svelte").then(({ letGo }) => letGo(pending));
  }
  sendAnyway(pendingId: string): void {
    this.#open.sendAnyway(pendingId);
  }
  resend(id: Id, messageId: Id): void {
    this.#open.retryDelivery(id, messageId).catch((error: unknown) => notify(asApiError(error).message));
  }
  async start(conversation: NewConversation): Promise<Conversation> {
    const started = await this.#open.startConversation(conversation);
    this.#open.prepared.used(conversation.quick_reply_ids ?? []);
    return started;
  }
  setDraft(id: Id, draft: string | null): void {
    this.#store?.setDraft(id, draft);
  }
  typing(id: Id, active: boolean): void {
    this.#store?.setTyping(id, active);
  }
}

const collator = new Intl.Collator();
const byName = (a: { name: string }, b: { name: string }) => collator.compare(a.name, b.name);

/** Whose desk can be shown without the server: when GET /api/session finds no server, `live.open()` shows it. */
export { offlineAgent } from "../sync/browser";

export const live = new LiveStore();

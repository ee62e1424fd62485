/** A desk in memory: its conversations, what is done to them, and the log of it, one event a change. */

import type { Preferences } from "../../api/server";
import type { ConversationEventType, Event } from "../../api/events";
import type { Author, ContactSummary, Conversation, Handler, Id, Label, ListedView, ListFilter, Me, Message, Notification, Place, Priority, SavedView } from "../../api/types";
import { maySee } from "../rules";

type Body = Event extends infer E ? (E extends Event ? Omit<E, "seq" | "prev" | "at" | "actor"> : never) : never;

interface Logged {
  readonly seq: number;
  readonly body: Body;
  readonly before: Place | null;
  readonly after: Place | null;
  readonly reader: Id | null;
}

export const ME = "agent-me";
export const OTHER = "agent-other";
export const TEAMS = ["team-a", "team-b"];
const NOBODY: Handler = { kind: "none", id: null };

export class Desk {
  seq = 0;
  oldest = 1;
  readonly log: Logged[] = [];
  readonly conversations = new Map<Id, Conversation>();
  readonly messages = new Map<Id, Message[]>();
  readonly reads = new Map<Id, number>();
  readonly savedViews = new Map<Id, SavedView>();
  readonly notifications = new Map<Id, Notification>();
  readonly labels = new Map<Id, Label>([["label-1", { id: "label-1", name: "One", color: "red" }]]);
  me: Me = {
    id: ME, name: "Ada", email: "ada@example.org", role: "agent", team_ids: ["team-a"], rights: ["conversations"],
    preferences: {}, workspace: { id: "w", name: "Northwind" },
  };
  /** Sockets with nothing to say until the next event. */
  readonly waiting: (() => void)[] = [];
  private minutes = 0;

  // What others do

  customerWrites(id: Id, team: Id | null): void {
    const known = this.conversations.get(id);
    const reopened = known?.status === "closed" ? { status: "open" as const, closed: null } : {};
    const base = known ?? this.newConversation(id, team);
    const at = this.at();
    const author: Author = { kind: "contact", id: base.contact.id, name: base.contact.name };
    const after = {
      ...base, ...reopened, inbound_count: base.inbound_count + 1, waiting_since: base.waiting_since ?? at, last_activity_at: at, snoozed: null,
    };
    this.change("message_added", known ?? null, after, [this.entry(after, "message", "in", author, at, null, "hello")]);
  }

  otherTakes(id: Id, kind: "agent" | "bot" | "none", team: Id | null | undefined): void {
    const known = this.conversations.get(id);
    if (!known || known.status === "closed") return;
    const by = known.handler.kind === "bot" && kind === "none" ? "asked" : null; // the bot itself gives it to people
    this.hand(known, { kind, id: kind === "none" ? null : OTHER }, team === undefined ? known.team_id : team, OTHER, by);
  }

  otherReplies(id: Id): void {
    const known = this.conversations.get(id);
    if (known) this.reply(known, OTHER, null, "from a colleague");
  }

  otherCloses(id: Id): void {
    const known = this.conversations.get(id);
    if (known && known.status === "open") this.close(known, OTHER);
  }

  deliveryMoves(id: Id): void {
    const messages = this.messages.get(id) ?? [];
    const at = messages.findIndex((message) => message.delivery?.state === "queued");
    const message = messages[at];
    if (!message) return;
    messages[at] = { ...message, revision: this.seq + 1, delivery: { state: "sent", error: null } };
    const place = this.conversations.get(id) as Place;
    this.append({ type: "delivery_changed", data: { conversation_id: id, message: messages[at] as Message } }, place, place);
  }

  readElsewhere(id: Id): void {
    const known = this.conversations.get(id);
    if (known && maySee(this.me, known)) this.markRead(known);
  }

  contactRenamed(id: Id): void {
    const known = this.conversations.get(id);
    if (!known) return;
    const contact: ContactSummary = { ...known.contact, name: `Bo ${this.seq}`, revision: this.seq + 1 };
    for (const [each, other] of this.conversations) {
      if (other.contact.id === contact.id) this.conversations.set(each, { ...other, contact });
    }
    this.append({ type: "contact_changed", data: { contact } }, null, null);
  }

  /** The customer turns out to be another one, or not: an identity is another contact's now. */
  identityMoves(id: Id, to: Id): void {
    const known = this.conversations.get(id);
    const contact = this.conversations.get(to)?.contact;
    if (!known || !contact) return;
    this.conversations.set(id, { ...known, contact });
    this.append({ type: "identities_moved", data: { contact, identity_ids: [known.identity_id as Id] } }, null, null);
  }

  otherPrioritises(id: Id, priority: Priority): void {
    const known = this.conversations.get(id);
    if (known) this.prioritise(known, priority);
  }

  otherSnoozes(id: Id): void {
    const known = this.conversations.get(id);
    if (known && known.status === "open" && known.handler.kind !== "bot") this.snooze(known, OTHER, null);
  }

  wakes(id: Id): void {
    const known = this.conversations.get(id);
    if (known?.snoozed) this.wake(known);
  }

  customerReacts(id: Id, emoji: string): void {
    const known = this.conversations.get(id);
    const message = this.messages.get(id)?.at(-1);
    if (known && message) this.react(message, { kind: "contact", id: known.contact.id, name: "Bo" }, emoji);
  }

  viewIsSaved(id: Id, view: ListedView, filter: ListFilter, scope: SavedView["scope"]): void {
    const saved: SavedView = { id, name: `view ${this.seq}`, scope, owner_id: OTHER, view, filter, position: 0 };
    const known = this.savedViews.get(id);
    if (scope === "everyone") this.savedViews.set(id, saved);
    else this.savedViews.delete(id);
    if (scope === "everyone") this.append({ type: "saved_view_changed", data: { saved_view: saved } }, null, null);
    else if (known) this.append({ type: "saved_view_removed", data: { id } }, null, null);
  }

  notified(id: Id): void {
    const count = (this.notifications.get(id)?.count ?? 0) + 1;
    const notification: Notification = {
      id, kind: "message", conversation_id: id, message_id: null, actor_name: "Bo", contact_name: "Bo", preview: "hello",
      count, updated_at: this.at(), read: false,
    };
    this.notifications.set(id, notification);
    this.append({ type: "notification_changed", data: { notification, unread: this.notifications.size } }, null, null, ME);
  }

  notificationsRead(): void {
    const ids = [...this.notifications.keys()];
    this.notifications.clear();
    this.append({ type: "notifications_read", data: { ids, unread: 0 } }, null, null, ME);
  }

  setPreferences(patch: Preferences): Preferences {
    const all = { ...this.me.preferences, ...patch };
    const preferences = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
    this.me = { ...this.me, preferences };
    this.append({ type: "preferences_changed", data: { preferences } }, null, null, ME);
    return preferences;
  }

  labelRemoved(): void {
    if (!this.labels.delete("label-1")) return;
    for (const [id, each] of this.conversations) {
      this.conversations.set(id, { ...each, labels: each.labels.filter((label) => label !== "label-1") });
    }
    this.append({ type: "label_removed", data: { id: "label-1" } }, null, null);
  }

  myTeamsChange(team_ids: readonly Id[]): void {
    this.me = { ...this.me, team_ids };
    this.append({ type: "rights_changed", data: { agent_id: ME } }, null, null);
  }

  forgetLog(): void {
    this.oldest = this.seq;
  }

  // How it is done

  protected reply(known: Conversation, agent: Id, clientId: string | null, text: string): number {
    const at = this.at();
    const handler: Handler = { kind: "agent", id: agent };
    const after = {
      ...known, ...handed(known, handler), status: "open" as const, closed: null, waiting_since: null, last_activity_at: at,
    };
    return this.change("message_added", known, after, [this.entry(after, "message", "out", author(agent), at, clientId, text)]);
  }

  protected hand(known: Conversation, handler: Handler, team_id: Id | null, agent: Id, by: string | null = null): number {
    const same = known.handler.kind === handler.kind && known.handler.id === handler.id && known.team_id === team_id;
    if (same) return known.revision;
    const stays = known.team_id === team_id ? {} : { snoozed: null };
    const after = { ...known, ...handed(known, handler, by), ...stays, team_id };
    return this.change("conversation_assigned", known, after, [this.entry(after, "event", "none", author(agent), this.at(), null, "")]);
  }

  protected close(known: Conversation, agent: Id): number {
    const at = this.at();
    const closed = { by: author(agent), at, reason: null };
    const after = { ...known, ...handed(known, NOBODY), status: "closed" as const, closed, waiting_since: null, snoozed: null, handed_off: null };
    return this.change("conversation_closed", known, after, [this.entry(after, "event", "none", author(agent), at, null, "")]);
  }

  protected reopen(known: Conversation): number {
    const after = { ...known, ...handed(known, { kind: "agent", id: ME }), status: "open" as const, closed: null };
    return this.change("conversation_reopened", known, after, [this.entry(after, "event", "none", author(ME), this.at(), null, "")]);
  }

  protected prioritise(known: Conversation, priority: Priority): number {
    return this.change("conversation_prioritised", known, { ...known, priority }, []);
  }

  protected snooze(known: Conversation, by: Id, until: string | null): number {
    const snoozed = { until, at: this.at(), by: author(by) };
    return this.change("conversation_snoozed", known, { ...known, snoozed }, []);
  }

  protected wake(known: Conversation): number {
    const line = this.entry(known, "event", "none", { kind: "system", id: null, name: "" }, this.at(), null, "");
    return this.change("conversation_woken", known, { ...known, snoozed: null }, [line]);
  }

  protected react(message: Message, by: Author, emoji: string | null): number {
    const messages = this.messages.get(message.conversation_id) as Message[];
    const reactions = message.reactions.filter((each) => each.author.kind !== by.kind);
    if (emoji !== null) reactions.push({ emoji, author: by, at: this.at() });
    const changed = { ...message, revision: this.seq + 1, reactions };
    messages[messages.indexOf(message)] = changed;
    const place = this.conversations.get(message.conversation_id) as Place;
    this.append({ type: "message_changed", data: { conversation_id: message.conversation_id, message: changed } }, place, place);
    return changed.revision;
  }

  protected markRead(known: Conversation): number {
    const count = known.inbound_count;
    if ((this.reads.get(known.id) ?? 0) >= count) return count;
    this.reads.set(known.id, count);
    const data = { conversation_id: known.id, inbound_count: count, message_seq: known.message_count };
    this.append({ type: "conversation_read", data }, null, null, ME);
    return count;
  }

  protected change(
    type: ConversationEventType,
    before: Conversation | null, changed: Conversation, messages: readonly Message[],
  ): number {
    const revision = this.seq + 1;
    const conversation: Conversation = {
      ...changed, revision, message_count: changed.message_count + messages.length, read_count: null,
    };
    this.conversations.set(conversation.id, conversation);
    const stamped = messages.map((message) => ({ ...message, revision }));
    this.messages.set(conversation.id, [...(this.messages.get(conversation.id) ?? []), ...stamped]);
    const previous = before && placeOf(before);
    this.append({ type, data: { conversation, previous, messages: stamped } }, previous, placeOf(conversation));
    return revision;
  }

  protected append(body: Body, before: Place | null, after: Place | null, reader: Id | null = null): void {
    this.log.push({ seq: ++this.seq, body, before, after, reader });
    for (const wake of this.waiting.splice(0)) wake();
  }

  protected entry(
    conversation: Conversation, kind: Message["kind"], direction: Message["direction"], by: Author, at: string,
    clientId: string | null, text: string,
  ): Message {
    return {
      id: `message-${conversation.id}-${conversation.message_count + 1}`, conversation_id: conversation.id,
      seq: conversation.message_count + 1, revision: 0, kind, direction, author: by, text, attachments: [], created_at: at,
      html: null, quoted: null, subject: null, line: null,
      delivery: direction === "out" ? { state: "queued", error: null } : null, sent_at: null,
      client_message_id: clientId, reply_to: null, mentions: [], reactions: [], bot: null,
    };
  }

  protected newConversation(id: Id, team_id: Id | null): Conversation {
    const at = this.at();
    return {
      id, number: this.conversations.size + 1, revision: 0, status: "open", handler: NOBODY, epoch: 1, team_id,
      channel_id: "channel", contact: { id: `contact-${id}`, name: "Bo", revision: 0 }, address: "bo@example.org",
      subject: "", labels: ["label-1"].filter((label) => this.labels.has(label)), waiting_since: null, last_activity_at: at,
      created_at: at, last_message: null, message_count: 0, inbound_count: 0, closed: null,
      reply: { allowed: true, reason: null, window_ends_at: null }, previous_id: null, read_count: null,
      identity_id: `identity-${id}`, priority: "normal", snoozed: null, bot: null, handed_off: null,
    };
  }

  /** Some times are equal, some have a fraction: both happen. */
  protected at(): string {
    this.minutes += 1;
    const time = new Date(Date.UTC(2026, 0, 1) + Math.floor(this.minutes / 2) * 500).toISOString();
    return time.replace(".000Z", "Z");
  }
}

function placeOf({ status, handler, team_id, snoozed }: Conversation): Place {
  return { status, handler, team_id, snoozed: snoozed !== null };
}

/** A change of who handles it ends that it is put aside, and that it is what a bot gave to people, unless `by` a bot. */
function handed(known: Conversation, handler: Handler, by: string | null = null): Pick<Conversation, "handler" | "epoch" | "snoozed" | "handed_off"> {
  const same = known.handler.kind === handler.kind && known.handler.id === handler.id;
  if (same) return { handler: known.handler, epoch: known.epoch, snoozed: known.snoozed, handed_off: known.handed_off };
  return { handler, epoch: known.epoch + 1, snoozed: null, handed_off: by };
}

export function author(id: Id): Author {
  return { kind: "agent", id, name: id === ME ? "Ada" : "Cy" };
}

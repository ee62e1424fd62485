/** A server in memory with the same promises as the real one: revisions, one event a change, access, epochs, resync. */

import { ApiError } from "../../api/errors";
import type { Done, NewConversation, Server } from "../../api/server";
import type {
  Author, ContactSummary, Conversation, Event, Handler, Id, Label, ListedView, Me, Message, Page, Place, Snapshot,
} from "../../api/types";
import type { Filters, Operation, Pending } from "../model";
import { countChange, countedTeam, holds, maySee } from "../rules";

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

export class ModelServer {
  seq = 0;
  oldest = 1;
  readonly log: Logged[] = [];
  readonly conversations = new Map<Id, Conversation>();
  readonly messages = new Map<Id, Message[]>();
  readonly reads = new Map<Id, number>();
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
      ...base, ...reopened, inbound_count: base.inbound_count + 1, waiting_since: base.waiting_since ?? at, last_activity_at: at,
    };
    this.change("message_added", known ?? null, after, [this.entry(after, "message", "in", author, at, null, "hello")]);
  }

  otherTakes(id: Id, kind: "agent" | "bot" | "none", team: Id | null | undefined): void {
    const known = this.conversations.get(id);
    if (!known || known.status === "closed") return;
    this.hand(known, { kind, id: kind === "none" ? null : OTHER }, team === undefined ? known.team_id : team, OTHER);
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
    this.conversations.set(id, { ...known, contact });
    this.append({ type: "contact_changed", data: { contact } }, null, null);
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

  // What is asked

  snapshot(): Snapshot {
    const counts = { inbox: 0, yours: 0, open: 0, automated: 0 };
    const teams = new Map(TEAMS.map((id) => [id, 0]));
    for (const each of this.conversations.values()) {
      const change = countChange(this.me, null, each);
      for (const view of ["inbox", "yours", "open", "automated"] as const) counts[view] += change[view];
      const team = countedTeam(this.me, each);
      if (team) teams.set(team, (teams.get(team) ?? 0) + 1);
    }
    const count = (view: keyof typeof counts) => ({ count: counts[view] });
    return {
      seq: this.seq, me: this.me, agents: [], channels: [], bots: [], labels: [...this.labels.values()],
      teams: TEAMS.map((id) => ({ id, name: id, color: "", member_ids: [], open_count: teams.get(id) ?? 0 })),
      views: { inbox: count("inbox"), yours: count("yours"), open: count("open"), automated: count("automated"), closed: {} },
    };
  }

  list(view: ListedView, filters: Filters): Conversation[] {
    const rows = [...this.conversations.values()].filter((each) => maySee(this.me, each)).map((each) => this.row(each.id));
    const found = rows.filter((each) => holds(this.me, view, filters, each));
    found.sort((one, other) => (sortKey(view, one) < sortKey(view, other) ? -1 : 1));
    return view === "inbox" ? found : found.reverse();
  }

  page(view: ListedView, filters: Filters, cursor: string | null, limit: number): Page<Conversation> {
    const beyond = (key: string) => cursor === null || (view === "inbox" ? key > cursor : key < cursor);
    const after = this.list(view, filters).filter((each) => beyond(sortKey(view, each)));
    const items = after.slice(0, limit);
    const last = items.at(-1);
    return { items, next_cursor: last && after.length > limit ? sortKey(view, last) : null };
  }

  row(id: Id): Conversation {
    const known = this.conversations.get(id);
    if (!known || !maySee(this.me, known)) throw new ApiError(404, "not_found", "Not found");
    return { ...known, read_count: this.reads.get(id) ?? 0 };
  }

  thread(id: Id, before: number | null, limit: number): readonly Message[] {
    this.row(id);
    return (this.messages.get(id) ?? []).filter((message) => before === null || message.seq < before).slice(-limit);
  }

  /** The frames for one who has come as far as `since`; "resync" when that is not possible. */
  frames(since: number): (Event | "resync")[] {
    if (since !== this.seq && since < this.oldest - 1) return ["resync"];
    const frames: (Event | "resync")[] = [];
    let prev = since;
    for (const { seq, body, before, after, reader } of this.log) {
      if (seq <= since) continue;
      if (body.type === "rights_changed") return [...frames, "resync"];
      const shown = reader === ME || (reader === null && (after === null || maySee(this.me, after)));
      const hidden = !shown && before !== null && maySee(this.me, before) && reader === null;
      if (!shown && !hidden) continue;
      const data = { conversation_id: "conversation" in body.data ? body.data.conversation.id : "", previous: before };
      const frame = shown ? body : { type: "conversation_hidden", data };
      frames.push({ ...frame, seq, prev, at: this.at(), actor: { kind: "system", id: null, name: "" } } as Event);
      prev = seq;
    }
    return frames;
  }

  // What I do

  carryOut({ operation, conversationId, epoch, id }: Pending): Done {
    const known = this.row(conversationId);
    const said = this.messages.get(conversationId)?.find((message) => message.client_message_id === id);
    if (said) return done(said.revision);
    const refusal = this.refusal(operation, known, epoch);
    if (refusal) throw refusal;
    switch (operation.kind) {
      case "reply":
        return done(this.reply(known, ME, id, operation.text));
      case "note": {
        const at = this.at();
        const entry = this.entry(known, "note", "none", author(ME), at, id, operation.text);
        return done(this.change("note_added", known, { ...known, last_activity_at: at }, [entry]));
      }
      case "handler":
        return done(this.hand(known, operation.handler, operation.teamId === undefined ? known.team_id : operation.teamId, ME));
      case "close":
        return done(known.status === "closed" ? known.revision : this.close(known, ME));
      case "reopen":
        return done(known.status === "open" ? known.revision : this.reopen(known));
      case "labels":
        return done(this.change("conversation_labelled", known, { ...known, labels: operation.labels.filter((label) => this.labels.has(label)) }, []));
      case "read":
        return { revision: null, readCount: this.markRead(known) };
    }
  }

  start(_: NewConversation): Conversation {
    throw new ApiError(409, "cannot_start", "Not in this world");
  }

  private refusal(operation: Operation, known: Conversation, epoch: number): ApiError | null {
    const changed = () =>
      new ApiError(409, "handler_changed", "Handled", { handler: known.handler, handler_name: "Cy", epoch: known.epoch });
    const mine = known.handler.kind === "agent" && known.handler.id === ME;
    if (operation.kind === "reply") {
      if (operation.takeOver) return null;
      if (known.status === "closed") return new ApiError(409, "conversation_closed", "Closed");
      return mine || (known.handler.kind === "none" && epoch === known.epoch) ? null : changed();
    }
    if (operation.kind === "handler") {
      if (known.status === "closed") return new ApiError(409, "conversation_closed", "Closed");
      const same = known.handler.kind === operation.handler.kind && known.handler.id === operation.handler.id;
      return same || epoch === known.epoch ? null : changed();
    }
    return operation.kind === "close" && known.status === "open" && epoch !== known.epoch ? changed() : null;
  }

  private reply(known: Conversation, agent: Id, clientId: string | null, text: string): number {
    const at = this.at();
    const handler: Handler = { kind: "agent", id: agent };
    const after = {
      ...known, ...handed(known, handler), status: "open" as const, closed: null, waiting_since: null, last_activity_at: at,
    };
    return this.change("message_added", known, after, [this.entry(after, "message", "out", author(agent), at, clientId, text)]);
  }

  private hand(known: Conversation, handler: Handler, team_id: Id | null, agent: Id): number {
    const same = known.handler.kind === handler.kind && known.handler.id === handler.id && known.team_id === team_id;
    if (same) return known.revision;
    const after = { ...known, ...handed(known, handler), team_id };
    return this.change("conversation_assigned", known, after, [this.entry(after, "event", "none", author(agent), this.at(), null, "")]);
  }

  private close(known: Conversation, agent: Id): number {
    const at = this.at();
    const closed = { by: author(agent), at, reason: null };
    const after = { ...known, ...handed(known, NOBODY), status: "closed" as const, closed, waiting_since: null };
    return this.change("conversation_closed", known, after, [this.entry(after, "event", "none", author(agent), at, null, "")]);
  }

  private reopen(known: Conversation): number {
    const after = { ...known, ...handed(known, { kind: "agent", id: ME }), status: "open" as const, closed: null };
    return this.change("conversation_reopened", known, after, [this.entry(after, "event", "none", author(ME), this.at(), null, "")]);
  }

  private markRead(known: Conversation): number {
    const count = known.inbound_count;
    if ((this.reads.get(known.id) ?? 0) >= count) return count;
    this.reads.set(known.id, count);
    const data = { conversation_id: known.id, inbound_count: count, message_seq: known.message_count };
    this.append({ type: "conversation_read", data }, null, null, ME);
    return count;
  }

  private change(
    type: "message_added" | "note_added" | "conversation_assigned" | "conversation_closed" | "conversation_reopened" | "conversation_labelled",
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

  private append(body: Body, before: Place | null, after: Place | null, reader: Id | null = null): void {
    this.log.push({ seq: ++this.seq, body, before, after, reader });
    for (const wake of this.waiting.splice(0)) wake();
  }

  private entry(
    conversation: Conversation, kind: Message["kind"], direction: Message["direction"], by: Author, at: string,
    clientId: string | null, text: string,
  ): Message {
    return {
      id: `message-${conversation.id}-${conversation.message_count + 1}`, conversation_id: conversation.id,
      seq: conversation.message_count + 1, revision: 0, kind, direction, author: by, text, attachments: [], created_at: at,
      html: null, quoted: null, subject: null, line: null,
      delivery: direction === "out" ? { state: "queued", error: null } : null, sent_at: null,
      client_message_id: clientId, reply_to: null, mentions: [],
    };
  }

  private newConversation(id: Id, team_id: Id | null): Conversation {
    const at = this.at();
    return {
      id, number: this.conversations.size + 1, revision: 0, status: "open", handler: NOBODY, epoch: 1, team_id,
      channel_id: "channel", contact: { id: `contact-${id}`, name: "Bo", revision: 0 }, address: "bo@example.org",
      subject: "", labels: ["label-1"].filter((label) => this.labels.has(label)), waiting_since: null, last_activity_at: at,
      created_at: at, last_message: null, message_count: 0, inbound_count: 0, closed: null,
      reply: { allowed: true, reason: null, window_ends_at: null }, previous_id: null, read_count: null,
    };
  }

  /** Some times are equal, some have a fraction: both happen. */
  private at(): string {
    this.minutes += 1;
    const time = new Date(Date.UTC(2026, 0, 1) + Math.floor(this.minutes / 2) * 500).toISOString();
    return time.replace(".000Z", "Z");
  }
}

function sortKey(view: ListedView, { id, waiting_since, last_activity_at, closed }: Conversation): string {
  const at = view === "inbox" ? (waiting_since ?? last_activity_at) : view === "closed" && closed ? closed.at : last_activity_at;
  return `${Date.parse(at)} ${id}`;
}

function placeOf({ status, handler, team_id }: Conversation): Place {
  return { status, handler, team_id };
}

function handed(known: Conversation, handler: Handler): Pick<Conversation, "handler" | "epoch"> {
  const same = known.handler.kind === handler.kind && known.handler.id === handler.id;
  return same ? { handler: known.handler, epoch: known.epoch } : { handler, epoch: known.epoch + 1 };
}

function author(id: Id): Author {
  return { kind: "agent", id, name: id === ME ? "Ada" : "Cy" };
}

function done(revision: number): Done {
  return { revision, readCount: null };
}

/** The model behind a network: each call takes effect at one step and is answered at another, or never. */
export function behindNetwork(model: ModelServer, pause: () => Promise<void>, lost: () => boolean): Server {
  async function call<T>(effect: () => T): Promise<T> {
    await pause();
    if (lost()) throw new ApiError(0, "unreachable", "lost");
    const outcome = attempt(effect);
    await pause();
    if (lost()) throw new ApiError(0, "unreachable", "lost");
    if (outcome.error) throw outcome.error;
    return outcome.value as T;
  }
  return {
    snapshot: () => call(() => model.snapshot()),
    conversations: (view, filters, cursor, limit) => call(() => model.page(view, filters, cursor, limit)),
    conversation: (id) => call(() => model.row(id)),
    messages: (id, before, limit) => call(() => model.thread(id, before, limit)),
    start: (conversation) => call(() => model.start(conversation)),
    retryDelivery: () => call(() => undefined),
    carryOut: (pending) => call(() => model.carryOut(pending)),
  };
}

function attempt<T>(effect: () => T): { readonly value?: T; readonly error?: unknown } {
  try {
    return { value: effect() };
  } catch (error) {
    return { error };
  }
}

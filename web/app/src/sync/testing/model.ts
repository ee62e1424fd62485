/** A server in memory with the same promises as the real one: revisions, one event a change, access, epochs, resync. */

import { ApiError } from "../../api/errors";
import type { Done, MessagesFrom, NewConversation } from "../../api/server";
import type { Event } from "../../api/events";
import type { Conversation, Id, ListedView, ListFilter, Message, Page, Snapshot } from "../../api/types";
import type { Operation, Pending } from "../model";
import { maySee } from "../rules";
import { author, Desk, ME, TEAMS } from "./desk";
import { comparison, isIn } from "./lists";

export class ModelServer extends Desk {
  // What is asked

  snapshot(): Snapshot {
    const count = (view: ListedView, filter: ListFilter = {}) => this.list(view, filter).length;
    return {
      seq: this.seq, me: this.me, agents: [], channels: [], bots: [], labels: [...this.labels.values()],
      teams: TEAMS.map((id) => ({ id, name: id, color: "", member_ids: [], open_count: count("active", { team_id: id }) })),
      saved_views: [...this.savedViews.values()], quick_replies: { count: 0, revision: 0 }, notifications: { unread: this.notifications.size },
      views: {
        inbox: { count: count("inbox") }, yours: { count: count("yours") }, open: { count: count("open") },
        automated: { count: count("automated") }, closed: {},
      },
    };
  }

  list(view: ListedView, filter: ListFilter): Conversation[] {
    const rows = [...this.conversations.values()].filter((each) => maySee(this.me, each)).map((each) => this.row(each.id));
    return rows.filter((each) => isIn(this.me, view, filter, each, each.read_count ?? 0)).sort(comparison(view, filter));
  }

  savedCounts(): Record<Id, number> {
    return Object.fromEntries([...this.savedViews.values()].map((each) => [each.id, this.list(each.view, each.filter).length]));
  }

  /** The cursor is the last row of the page before, as it was then. */
  page(view: ListedView, filter: ListFilter, cursor: string | null, limit: number): Page<Conversation> {
    const from = cursor === null ? null : (JSON.parse(cursor) as Conversation);
    const after = this.list(view, filter).filter((each) => from === null || comparison(view, filter)(from, each) < 0);
    const items = after.slice(0, limit);
    const last = items.at(-1);
    return { items, next_cursor: last && after.length > limit ? JSON.stringify(last) : null };
  }

  row(id: Id): Conversation {
    const known = this.conversations.get(id);
    if (!known || !maySee(this.me, known)) throw new ApiError(404, "not_found", "Not found");
    return { ...known, read_count: this.reads.get(id) ?? 0 };
  }

  thread(id: Id, from: MessagesFrom, limit: number): readonly Message[] {
    this.row(id);
    const all = this.messages.get(id) ?? [];
    const seqOf = (name: number | Id) => {
      const seq = typeof name === "number" ? name : all.find((message) => message.id === name)?.seq;
      if (seq === undefined) throw new ApiError(422, "invalid", "No such message");
      return seq;
    };
    if (from === null) return all.slice(-limit);
    if ("after" in from) return all.filter((message) => message.seq > seqOf(from.after)).slice(0, limit);
    return all.filter((message) => message.seq < seqOf(from.before)).slice(-limit);
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
      case "priority":
        return done(known.priority === operation.priority ? known.revision : this.prioritise(known, operation.priority));
      case "snooze":
        return done(this.snooze(known, ME, operation.until));
      case "unsnooze":
        return done(known.snoozed ? this.wake(known) : known.revision);
      case "react": {
        const message = this.messages.get(conversationId)?.find((each) => each.id === operation.messageId);
        if (!message) throw new ApiError(404, "not_found", "Not found");
        return done(this.react(message, author(ME), operation.emoji));
      }
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
    if (operation.kind === "snooze") {
      if (known.status === "closed") return new ApiError(409, "conversation_closed", "Closed");
      if (operation.inboundCount < known.inbound_count) return new ApiError(409, "customer_wrote", "The customer has written");
      return known.handler.kind === "bot" ? new ApiError(409, "bot_handles", "A bot handles it") : null;
    }
    return operation.kind === "close" && known.status === "open" && epoch !== known.epoch ? changed() : null;
  }
}

function done(revision: number): Done {
  return { revision, readCount: null };
}

/** What one can do to a conversation: shown at once, carried out behind it. Each returns the id of what is pending. */

import type { Attachment, Handler, Id, Priority, Time } from "../api/types";
import type { Mail, Operation } from "./model";
import { Reading } from "./reading";

export interface Reply {
  readonly text: string;
  readonly attachments?: readonly Attachment[];
  readonly replyTo?: Id | null;
  readonly takeOver?: boolean;
  readonly quickReplies?: readonly Id[];
  readonly format?: "markdown" | undefined;
  readonly mail?: Mail | undefined;
}

export abstract class Doing extends Reading {
  /** Adds an operation to what is pending. */
  protected abstract begin(conversationId: Id, operation: Operation): string;

  /** The draft that is on the server, which goes with what is made of it. */
  protected abstract drafted(conversationId: Id): { readonly draftRevision?: number };

  protected myId(): Id {
    return this.state.me?.id ?? "";
  }

  reply(conversationId: Id, { text, attachments = [], replyTo = null, takeOver = false, quickReplies = [], format, mail }: Reply): string {
    const more = { ...(quickReplies.length > 0 ? { quickReplies } : {}), ...(format ? { format } : {}), ...(mail ? { mail } : {}), ...this.drafted(conversationId) };
    return this.begin(conversationId, { kind: "reply", text, attachments, replyTo, takeOver, ...more });
  }

  note(conversationId: Id, text: string, mentions: readonly Id[] = []): string {
    return this.begin(conversationId, { kind: "note", text, mentions, ...this.drafted(conversationId) });
  }

  /** Assigns to me without sending; also takes over from another agent or a bot. */
  pick(conversationId: Id): string {
    return this.assign(conversationId, { kind: "agent", id: this.myId() }, undefined, null);
  }

  takeOver(conversationId: Id): string {
    return this.pick(conversationId);
  }

  /** To an agent, or to a team: back into that team's Inbox. */
  forward(conversationId: Id, to: { readonly agentId: Id } | { readonly teamId: Id | null }, note: string | null = null): string {
    if ("agentId" in to) return this.assign(conversationId, { kind: "agent", id: to.agentId }, undefined, note);
    return this.assign(conversationId, { kind: "none", id: null }, to.teamId, note);
  }

  handToBot(conversationId: Id, botId: Id, goal: string | null): string {
    return this.begin(conversationId, { kind: "handler", handler: { kind: "bot", id: botId }, teamId: undefined, note: null, ...(goal ? { goal } : {}) });
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
    const inboundCount = this.conversation(conversationId)?.inbound_count ?? 0;
    return this.begin(conversationId, { kind: "snooze", until, inboundCount });
  }

  unsnooze(conversationId: Id): string {
    return this.begin(conversationId, { kind: "unsnooze" });
  }

  /** My one reaction to a message, or (null) none. */
  react(conversationId: Id, messageId: Id, emoji: string | null): string {
    return this.begin(conversationId, { kind: "react", messageId, emoji });
  }

  private assign(conversationId: Id, handler: Handler, teamId: Id | null | undefined, note: string | null): string {
    return this.begin(conversationId, { kind: "handler", handler, teamId, note });
  }
}

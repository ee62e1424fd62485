/** Optimism: what is pending, laid over the server's truth for display. The truth itself is never touched. */

import type { Author, Conversation, Handler, LastMessage, Me, Message } from "../api/types";
import type { Pending, ShownMessage } from "./model";

/** The conversation as it will be when everything pending has arrived. */
export function overlay(conversation: Conversation, pending: Iterable<Pending>, me: Me): Conversation {
  let shown = conversation;
  for (const each of pending) if (stillAhead(each, conversation)) shown = laid(shown, each, me);
  return shown;
}

/** A reply or note of mine as an entry of its thread, until the server's own takes its place. */
export function asMessage(pending: Pending, seq: number, me: Me): ShownMessage | null {
  const { operation } = pending;
  if (operation.kind !== "reply" && operation.kind !== "note") return null;
  const reply = operation.kind === "reply";
  return {
    id: `pending:${pending.id}`, conversation_id: pending.conversationId, seq, revision: 0,
    kind: reply ? "message" : "note", direction: reply ? "out" : "none", author: authorOf(me),
    text: operation.text, attachments: reply ? operation.attachments : [], created_at: pending.at,
    html: null, quoted: null, subject: (reply && operation.mail?.subject) || null,
    format: (reply && operation.format) || "plain", recipients: reply && operation.mail ? { cc: operation.mail.cc, bcc: operation.mail.bcc } : null, line: null, delivery: reply ? { state: "queued", error: null } : null,
    sent_at: null, client_message_id: pending.id, reply_to: reply ? operation.replyTo : null, reactions: [], bot: null,
    mentions: reply ? [] : operation.mentions, pending,
  };
}

/** My reactions that are on their way, on the messages they are for. */
export function withReactions(messages: readonly Message[], pending: readonly Pending[], me: Me): readonly ShownMessage[] {
  const reactions = pending.filter((each) => each.operation.kind === "react" && !isRefused(each));
  if (reactions.length === 0) return messages;
  return messages.map((message) => reactions.reduce((shown, each) => reacted(shown, message.revision, each, me), message));
}

function reacted(message: Message, revision: number, { operation, at, revision: done }: Pending, me: Me): Message {
  if (operation.kind !== "react" || operation.messageId !== message.id || (done !== undefined && done <= revision)) return message;
  const others = message.reactions.filter((each) => each.author.kind !== "agent" || each.author.id !== me.id);
  const mine = operation.emoji === null ? [] : [{ emoji: operation.emoji, author: authorOf(me), at }];
  return { ...message, reactions: [...others, ...mine] };
}

function isRefused({ state }: Pending): boolean {
  return state === "failed" || state === "conflict";
}

function stillAhead(pending: Pending, conversation: Conversation): boolean {
  if (isRefused(pending)) return false;
  return pending.revision === undefined || pending.revision > conversation.revision;
}

function laid(shown: Conversation, pending: Pending, me: Me): Conversation {
  const { operation, at } = pending;
  switch (operation.kind) {
    case "reply":
      return withReply(shown, pending, me, operation.takeOver);
    case "note":
      return { ...shown, last_message: preview(pending, me, "note"), last_activity_at: at };
    case "handler": {
      const teamId = operation.teamId === undefined ? shown.team_id : operation.teamId;
      const { kind, id } = operation.handler;
      const same = shown.handler.kind === kind && shown.handler.id === id;
      return {
        ...shown, handler: operation.handler, team_id: teamId, handed_off: same ? shown.handed_off : null,
        snoozed: same && shown.team_id === teamId ? shown.snoozed : null,
      };
    }
    case "close":
      return { ...closed(shown), closed: { by: authorOf(me), at, reason: operation.reason } };
    case "reopen":
      return { ...shown, status: "open", closed: null, handler: mine(me), snoozed: null, handed_off: null };
    case "labels":
      return { ...shown, labels: operation.labels };
    case "priority":
      return { ...shown, priority: operation.priority };
    case "snooze":
      if (shown.inbound_count > operation.inboundCount) return shown;
      return { ...shown, snoozed: { until: operation.until, at, by: authorOf(me) } };
    case "unsnooze":
      return { ...shown, snoozed: null };
    case "react":
      return shown;
    case "read":
      return { ...shown, read_count: Math.max(shown.read_count ?? 0, operation.inboundCount) };
  }
}

function withReply(shown: Conversation, pending: Pending, me: Me, takeOver: boolean): Conversation {
  const takes = takeOver || (shown.status === "open" && shown.handler.kind === "none");
  return {
    ...shown,
    ...(takes ? { status: "open", closed: null, snoozed: null, handed_off: null } : {}),
    handler: takes ? mine(me) : shown.handler,
    waiting_since: null,
    last_message: preview(pending, me, "message"),
    last_activity_at: pending.at,
  };
}

function preview(pending: Pending, me: Me, kind: "message" | "note"): LastMessage | null {
  const message = asMessage(pending, 0, me);
  if (!message) return null;
  return {
    id: message.id, kind, direction: message.direction, author: message.author,
    preview: message.text.replace(/\s+/gu, " ").slice(0, 140),
    attachment: message.attachments[0]?.kind ?? null, created_at: message.created_at,
  };
}

function closed(shown: Conversation): Conversation {
  return { ...shown, status: "closed", handler: { kind: "none", id: null }, waiting_since: null, snoozed: null, handed_off: null };
}

function authorOf(me: Me): Author {
  return { kind: "agent", id: me.id, name: me.name };
}

function mine(me: Me): Handler {
  return { kind: "agent", id: me.id };
}

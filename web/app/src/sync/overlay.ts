/** Optimism: what is pending, laid over the server's truth for display. The truth itself is never touched. */

import type { Author, Conversation, Handler, LastMessage, Me } from "../api/types";
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
    html: null, quoted: null, subject: null, line: null, delivery: reply ? { state: "queued", error: null } : null,
    sent_at: null, client_message_id: pending.id, reply_to: reply ? operation.replyTo : null,
    mentions: reply ? [] : operation.mentions, pending,
  };
}

function stillAhead(pending: Pending, conversation: Conversation): boolean {
  if (pending.state === "failed" || pending.state === "conflict") return false;
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
      return { ...shown, handler: operation.handler, team_id: teamId };
    }
    case "close":
      return { ...closed(shown), closed: { by: authorOf(me), at, reason: operation.reason } };
    case "reopen":
      return { ...shown, status: "open", closed: null, handler: mine(me) };
    case "labels":
      return { ...shown, labels: operation.labels };
    case "read":
      return { ...shown, read_count: Math.max(shown.read_count ?? 0, operation.inboundCount) };
  }
}

function withReply(shown: Conversation, pending: Pending, me: Me, takeOver: boolean): Conversation {
  const takes = takeOver || (shown.status === "open" && shown.handler.kind === "none");
  return {
    ...shown,
    ...(takes ? { status: "open", closed: null } : {}),
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
  return { ...shown, status: "closed", handler: { kind: "none", id: null }, waiting_since: null };
}

function authorOf(me: Me): Author {
  return { kind: "agent", id: me.id, name: me.name };
}

function mine(me: Me): Handler {
  return { kind: "agent", id: me.id };
}

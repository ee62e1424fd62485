/** The calls that the store makes, as an interface (the tests have a model of it) and over HTTP. */

import type { Pending } from "../sync/model";
import { call } from "./client";
import { ApiError } from "./errors";
import type { Conversation, Id, ListedView, ListFilter, Me, Message, Page, QuickRepliesState, QuickReply, ServerDraft, Snapshot } from "./types";

export interface NewConversation {
  readonly channel_id: Id;
  readonly contact_id?: Id;
  readonly address?: string;
  readonly name?: string;
  readonly subject?: string;
  readonly text: string;
  readonly attachment_ids?: readonly Id[];
  readonly quick_reply_ids?: readonly Id[];
  readonly client_message_id: string;
}

export type NewDraft = Omit<ServerDraft, "conversation_id" | "revision" | "attachments" | "updated_at"> & { readonly base: number };

/** `revision`: of what the call made, so that the event that shows it is known. `readCount`: of a read mark. */
export interface Done {
  readonly revision: number | null;
  readonly readCount: number | null;
}

export type MessagesFrom = { readonly before: number | Id } | { readonly after: number | Id } | null;
export type Preferences = Readonly<Record<string, unknown>>;

export interface Server {
  snapshot(): Promise<Snapshot>;
  conversations(view: ListedView, filter: ListFilter, cursor: string | null, limit: number): Promise<Page<Conversation>>;
  conversation(id: Id): Promise<Conversation>;
  /** Those before or after a message (named by its seq or id), or the newest. In any order. */
  messages(conversationId: Id, from: MessagesFrom, limit: number): Promise<readonly Message[]>;
  /** How many conversations each saved view holds, at most 1000. */
  savedCounts(): Promise<Readonly<Record<Id, number>>>;
  /** All that I may use. */
  quickReplies(): Promise<{ readonly state: QuickRepliesState; readonly items: readonly QuickReply[] }>;
  /** Changes those named, null takes one away; answers with all of them. */
  setPreferences(patch: Preferences): Promise<Preferences>;
  /** Over the one of revision `base`. */
  saveDraft(conversationId: Id, draft: NewDraft): Promise<ServerDraft>;
  /** Takes a message back that is held still; answers with what it was. */
  withdraw(conversationId: Id, messageId: Id): Promise<Message>;
  start(conversation: NewConversation): Promise<Conversation>;
  retryDelivery(conversationId: Id, messageId: Id): Promise<void>;
  /** Does what is pending, once however often it is called. */
  carryOut(pending: Pending): Promise<Done>;
}

export const httpServer: Server = {
  snapshot: () => call("GET", "/api/snapshot"),
  conversations: (view, filter, cursor, limit) =>
    call("GET", "/api/conversations", { query: { view, ...filter, cursor, limit } }),
  conversation: (id) => call("GET", `/api/conversations/${id}`),
  messages: async (id, from, limit) => {
    const page = await call<Page<Message>>("GET", `/api/conversations/${id}/messages`, { query: { ...from, limit } });
    return page.items;
  },
  savedCounts: async () => (await call<{ counts: Record<Id, number> }>("GET", "/api/saved-views/counts")).counts,
  quickReplies: () => call("GET", "/api/quick-replies/all", { stored: true }),
  setPreferences: async (preferences) => (await call<Me>("PATCH", "/api/me", { body: { preferences } })).preferences,
  saveDraft: (id, draft) => call("PUT", `/api/conversations/${id}/draft`, { body: draft }),
  withdraw: async (id, messageId) => (await call<{ readonly message: Message }>("DELETE", `/api/conversations/${id}/messages/${messageId}`)).message,
  start: (conversation) => call("POST", "/api/conversations", { body: conversation }),
  retryDelivery: (id, messageId) => call("POST", `/api/conversations/${id}/messages/${messageId}/retry`),
  carryOut: async (pending) => doneFrom(await carryOut(pending)),
};

function carryOut(pending: Pending): Promise<unknown> {
  const { operation, epoch, id } = pending;
  const path = `/api/conversations/${pending.conversationId}`;
  switch (operation.kind) {
    case "reply":
      return call("POST", `${path}/messages`, {
        body: {
          client_message_id: id, text: operation.text, attachment_ids: operation.attachments.map((each) => each.id),
          reply_to: operation.replyTo, epoch, take_over: operation.takeOver, ...(operation.quickReplies?.length ? { quick_reply_ids: operation.quickReplies } : {}),
          ...operation.mail, ...(operation.format ? { format: operation.format } : {}), ...(operation.draftRevision ? { draft_revision: operation.draftRevision } : {}),
        },
      });
    case "note":
      return call("POST", `${path}/notes`, {
        body: { client_message_id: id, text: operation.text, mentions: operation.mentions, ...(operation.draftRevision ? { draft_revision: operation.draftRevision } : {}) },
      });
    case "handler": {
      const team = operation.teamId === undefined ? {} : { team_id: operation.teamId };
      return call("PUT", `${path}/handler`, { body: { ...operation.handler, ...team, epoch, note: operation.note, ...(operation.goal ? { goal: operation.goal } : {}) } });
    }
    case "close":
      return call("POST", `${path}/closure`, { body: { reason: operation.reason, epoch }, idempotencyKey: `${id}.${epoch}` }); // tried again over a newer epoch, it is another request
    case "reopen":
      return call("DELETE", `${path}/closure`);
    case "labels":
      return call("PUT", `${path}/labels`, { body: { labels: operation.labels } });
    case "priority":
      return call("PUT", `${path}/priority`, { body: { priority: operation.priority } });
    case "snooze":
      return call("PUT", `${path}/snooze`, { body: { until: operation.until, inbound_count: operation.inboundCount } });
    case "unsnooze":
      return call("DELETE", `${path}/snooze`);
    case "react": {
      const reaction = `${path}/messages/${operation.messageId}/reaction`;
      return operation.emoji === null ? call("DELETE", reaction) : call("PUT", reaction, { body: { emoji: operation.emoji } });
    }
    case "read":
      return call("PUT", `${path}/read`, { body: { message_id: operation.messageId } });
  }
}

function doneFrom(answer: unknown): Done {
  const { revision, inbound_count } = (answer ?? {}) as { readonly revision?: number; readonly inbound_count?: number };
  return { revision: revision ?? null, readCount: revision === undefined ? (inbound_count ?? null) : null };
}

/** Who handles the conversation now and its epoch, from a 409 handler_changed; null for any other failure. */
export function handlerChange(error: ApiError): { handler: Conversation["handler"]; name: string; epoch: number } | null {
  const { handler, handler_name, epoch } = error.fields as {
    readonly handler?: Conversation["handler"];
    readonly handler_name?: string;
    readonly epoch?: number;
  };
  if (error.status !== 409 || error.code !== "handler_changed" || !handler || epoch === undefined) return null;
  return { handler: { kind: handler.kind, id: handler.id ?? null }, name: handler_name ?? "", epoch };
}

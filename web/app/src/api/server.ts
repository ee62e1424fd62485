/** The calls that the store makes, as an interface (the tests have a model of it) and over HTTP. */

import type { Filters, Pending } from "../sync/model";
import { call } from "./client";
import { ApiError } from "./errors";
import type { Conversation, Id, ListedView, Message, Page, Snapshot } from "./types";

export interface NewConversation {
  readonly channel_id: Id;
  readonly contact_id?: Id;
  readonly address?: string;
  readonly name?: string;
  readonly subject?: string;
  readonly text: string;
  readonly attachment_ids?: readonly Id[];
  readonly client_message_id: string;
}

/** `revision`: of what the call made, so that the event that shows it is known. `readCount`: of a read mark. */
export interface Done {
  readonly revision: number | null;
  readonly readCount: number | null;
}

export interface Server {
  snapshot(): Promise<Snapshot>;
  conversations(view: ListedView, filters: Filters, cursor: string | null, limit: number): Promise<Page<Conversation>>;
  conversation(id: Id): Promise<Conversation>;
  /** Those before a seq, or the newest. In any order. */
  messages(conversationId: Id, before: number | null, limit: number): Promise<readonly Message[]>;
  start(conversation: NewConversation): Promise<Conversation>;
  retryDelivery(conversationId: Id, messageId: Id): Promise<void>;
  /** Does what is pending, once however often it is called. */
  carryOut(pending: Pending): Promise<Done>;
}

export const httpServer: Server = {
  snapshot: () => call("GET", "/api/snapshot"),
  conversations: (view, filters, cursor, limit) =>
    call("GET", "/api/conversations", { query: { view, ...filters, cursor, limit } }),
  conversation: (id) => call("GET", `/api/conversations/${id}`),
  messages: async (id, before, limit) => {
    const page = await call<Page<Message>>("GET", `/api/conversations/${id}/messages`, { query: { before, limit } });
    return page.items;
  },
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
          reply_to: operation.replyTo, epoch, take_over: operation.takeOver,
        },
      });
    case "note":
      return call("POST", `${path}/notes`, {
        body: { client_message_id: id, text: operation.text, mentions: operation.mentions },
      });
    case "handler": {
      const team = operation.teamId === undefined ? {} : { team_id: operation.teamId };
      return call("PUT", `${path}/handler`, { body: { ...operation.handler, ...team, epoch, note: operation.note } });
    }
    case "close":
      return call("POST", `${path}/closure`, { body: { reason: operation.reason, epoch }, idempotencyKey: id });
    case "reopen":
      return call("DELETE", `${path}/closure`);
    case "labels":
      return call("PUT", `${path}/labels`, { body: { labels: operation.labels } });
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

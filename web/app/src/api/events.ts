/** What the live socket tells: events that have happened, and what has neither seq nor memory (harken/events/types.py). */

import type {
  Agent, AuthorKind, Bot, Channel, ContactSummary, Conversation, Id, Label, Message, Notification, Place, QuickReply, SavedView, ServerDraft, Team, Time,
} from "./types";

export interface ConversationChanged {
  readonly conversation: Conversation;
  readonly previous: Place | null;
  readonly messages: readonly Message[];
}

export interface Actor {
  readonly kind: AuthorKind;
  readonly id: Id | null;
  readonly name: string;
}

export type ConversationEventType =
  | "message_added" | "note_added" | "conversation_assigned" | "conversation_closed" | "conversation_reopened"
  | "conversation_labelled" | "conversation_snoozed" | "conversation_woken" | "conversation_prioritised"
  | "conversation_contact_changed" | "bot_moved" | "message_withdrawn";

export type Payload =
  | { readonly type: ConversationEventType; readonly data: ConversationChanged }
  | { readonly type: "delivery_changed" | "message_changed"; readonly data: { readonly conversation_id: Id; readonly message: Message } }
  | { readonly type: "conversation_hidden"; readonly data: { readonly conversation_id: Id; readonly previous: Place } }
  | {
      readonly type: "conversation_read";
      readonly data: { readonly conversation_id: Id; readonly inbound_count: number; readonly message_seq: number };
    }
  | { readonly type: "agent_changed"; readonly data: { readonly agent: Agent } }
  | { readonly type: "team_changed"; readonly data: { readonly team: Team } }
  | { readonly type: "channel_changed"; readonly data: { readonly channel: Channel } }
  | { readonly type: "bot_changed"; readonly data: { readonly bot: Bot } }
  | { readonly type: "label_changed"; readonly data: { readonly label: Label } }
  | { readonly type: "team_removed" | "channel_removed" | "bot_removed" | "label_removed"; readonly data: { readonly id: Id } }
  | { readonly type: "contact_changed"; readonly data: { readonly contact: ContactSummary } }
  | { readonly type: "identities_moved"; readonly data: { readonly contact: ContactSummary; readonly identity_ids: readonly Id[] } }
  | { readonly type: "saved_view_changed"; readonly data: { readonly saved_view: SavedView } }
  | { readonly type: "saved_view_removed"; readonly data: { readonly id: Id } }
  | { readonly type: "quick_reply_changed"; readonly data: { readonly quick_reply: QuickReply } }
  | { readonly type: "quick_reply_deleted"; readonly data: { readonly id: Id } }
  | { readonly type: "quick_replies_imported"; readonly data: { readonly revision: number } }
  | { readonly type: "preferences_changed"; readonly data: { readonly preferences: Readonly<Record<string, unknown>> } }
  | { readonly type: "notification_changed"; readonly data: { readonly notification: Notification; readonly unread: number } }
  | { readonly type: "draft_changed"; readonly data: { readonly draft: ServerDraft } }
  | { readonly type: "notifications_read"; readonly data: { readonly ids: readonly Id[]; readonly unread: number } }
  | { readonly type: "rights_changed"; readonly data: { readonly agent_id: Id } };

/** A frame of the live socket that has happened; `prev` is the seq sent to this socket before it. */
export type Event = { readonly seq: number; readonly prev: number; readonly at: Time; readonly actor: Actor } & Payload;

/** What has neither seq nor memory, and is gone 10 s later. */
export type Ephemeron =
  | {
      readonly type: "typing" | "viewing";
      readonly conversation_id: Id;
      readonly active: boolean;
      readonly actor: Actor;
    }
  | { readonly type: "presence"; readonly agents: readonly Id[] };

/** The shapes of the wire, those of the model.py of each domain. Ids are opaque strings, times RFC 3339 in UTC. */

import type { Bot, BotMark, BotState } from "./bots";
import type { ContactSummary } from "./contacts";
import type { QuickRepliesState } from "./quickreplies";

export type * from "./bots";
export type * from "./contacts";
export type * from "./quickreplies";

export type Id = string;
export type Time = string;

export type Role = "agent" | "supervisor" | "admin";
export type Right = "conversations" | "reassign" | "configure";
export type ViewName = "inbox" | "yours" | "open" | "automated" | "closed";
/** What can be listed: a view, or everything that is open (a team's own list). */
export type ListedView = ViewName | "active";
export type HandlerKind = "none" | "agent" | "bot";
export type AuthorKind = "contact" | "agent" | "bot" | "system";
export type MessageKind = "message" | "note" | "event";
export type Direction = "in" | "out" | "none";
export type DeliveryState = "queued" | "sending" | "sent" | "delivered" | "read" | "failed" | "uncertain";
export type AttachmentKind = "image" | "audio" | "video" | "file";
export type LineType =
  | "picked" | "taken_over" | "forwarded" | "returned" | "closed" | "reopened" | "started" | "handed_to_bot" | "labelled"
  | "snoozed" | "woken" | "prioritised" | "handed_off" | "instructed" | "withdrawn" | "merged" | "separated";
export type Priority = "low" | "normal" | "high" | "urgent";
/** The order of a list; `default` is the view's own. */
export type Sort = "default" | "newest" | "oldest" | "waiting" | "priority";

export interface Agent {
  readonly id: Id;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly active: boolean;
  readonly available: boolean;
  readonly team_ids: readonly Id[];
}

export interface Me {
  readonly id: Id;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly team_ids: readonly Id[];
  readonly rights: readonly Right[];
  readonly preferences: Readonly<Record<string, unknown>>;
  readonly workspace: { readonly id: Id; readonly name: string };
}

/** `open_count`: its open conversations that I may see; stands in the snapshot, and the store keeps it current. */
export interface Team {
  readonly id: Id;
  readonly name: string;
  readonly color: string;
  readonly member_ids: readonly Id[];
  readonly open_count?: number;
}

export interface FileRule {
  readonly types: readonly string[];
  readonly max_bytes: number;
}

export type Formatting = "bold" | "italic" | "code";
export type TextUnit = "characters" | "utf16" | "gsm7" | "bytes";

export interface Capabilities {
  readonly text_limit: number;
  readonly files: readonly FileRule[];
  readonly max_files: number;
  readonly captions: boolean;
  readonly subject: boolean;
  readonly html: boolean;
  readonly typing_in: boolean;
  readonly typing_out: boolean;
  readonly delivered: boolean;
  readonly read: boolean;
  readonly can_start: boolean;
  readonly start_refusal: string;
  readonly address_kind: string;
  readonly reactions: boolean;
  readonly replies: boolean;
  readonly threads: boolean;
  readonly shared_identities: boolean;
  readonly voice: string | null;
  readonly file_links: boolean;
  readonly formatting: readonly Formatting[];
  readonly text_unit: TextUnit;
  readonly cc: boolean;
  readonly buttons: number;
  readonly undo_seconds: number;
}

export interface Health {
  readonly state: "unknown" | "ok" | "failing";
  readonly text: string;
  readonly at: Time | null;
}

export interface Channel {
  readonly id: Id;
  readonly name: string;
  readonly connector: string;
  readonly team_id: Id | null;
  readonly active: boolean;
  readonly capabilities: Capabilities;
  readonly health: Health;
}

/** What an admin gets of a channel; `secret` and `secrets` once, when made or changed. */
export interface ChannelDetail extends Channel {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secret_names: readonly string[];
  readonly webhook_url: string;
  readonly reopen_hours: number;
  readonly retention_days: number | null;
  readonly bot?: { readonly id: Id; readonly when: "always" | "outside_hours" | "delegated"; readonly timeout_seconds: number | null } | null;
  readonly secret?: string;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly embed_code?: string;
}

export interface Label {
  readonly id: Id;
  readonly name: string;
  readonly color: string;
}

export interface Handler {
  readonly kind: HandlerKind;
  readonly id: Id | null;
}

/** What decides a conversation's view and who sees it (sync/rules.ts). */
export interface Place {
  readonly status: "open" | "closed";
  readonly handler: Handler;
  readonly team_id: Id | null;
  readonly snoozed?: boolean | Snooze | null;
}

export interface Author {
  readonly kind: AuthorKind;
  readonly id: Id | null;
  readonly name: string;
}

/** Put aside until a time, or (`until` null) until the customer writes. */
export interface Snooze {
  readonly until: Time | null;
  readonly at: Time;
  readonly by: Author;
}

export interface Reaction {
  readonly emoji: string;
  readonly author: Author;
  readonly at: Time;
}

export interface LastMessage {
  readonly id: Id;
  readonly kind: MessageKind;
  readonly direction: Direction;
  readonly author: Author;
  readonly preview: string;
  readonly attachment: AttachmentKind | null;
  readonly created_at: Time;
}

export interface Closed {
  readonly by: Author;
  readonly at: Time;
  readonly reason: string | null;
}

export interface ReplyAllowed {
  readonly allowed: boolean;
  readonly reason: string | null;
  readonly window_ends_at: Time | null;
}

/** unread = inbound_count - read_count; `read_count` is mine, and null or absent while unknown. */
export interface Conversation extends Place {
  readonly id: Id;
  readonly number: number;
  readonly revision: number;
  readonly epoch: number;
  readonly channel_id: Id;
  readonly contact: ContactSummary;
  readonly address: string;
  readonly subject: string;
  readonly labels: readonly Id[];
  readonly waiting_since: Time | null;
  readonly last_activity_at: Time;
  readonly created_at: Time;
  readonly last_message: LastMessage | null;
  readonly message_count: number;
  readonly inbound_count: number;
  readonly closed: Closed | null;
  readonly reply: ReplyAllowed;
  readonly previous_id?: Id | null;
  readonly identity_id: Id | null;
  readonly priority: Priority;
  readonly snoozed: Snooze | null;
  readonly bot: BotState | null;
  /** Why a bot gave it to people, until somebody takes it. */
  readonly handed_off: string | null;
  readonly read_count?: number | null;
}

export interface Attachment {
  readonly id: Id;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly kind: AttachmentKind;
  readonly state: "ready" | "pending" | "failed";
  readonly inline: boolean;
  readonly details: Readonly<Record<string, unknown>>;
}

export interface Line {
  readonly type: LineType;
  readonly target_kind: "agent" | "team" | "bot" | "contact" | "none";
  readonly target_id: Id | null;
  readonly target_name: string;
  readonly reason: string | null;
  readonly summary: string | null;
  readonly fields: Readonly<Record<string, unknown>> | null;
}

/** `held_until`: it can be taken back until then. */
export interface Delivery {
  readonly state: DeliveryState;
  readonly held_until?: Time | null;
  readonly error: { readonly kind: string; readonly text: string } | null;
}

/** Who else an e-mail is for, beside the customer. `bcc`: shown to agents alone. */
export interface Recipients {
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
}

/** One entry of a thread, in order of `seq` (no gaps). */
export interface Button {
  readonly title: string;
  readonly value: string;
}

export interface Message {
  readonly id: Id;
  readonly conversation_id: Id;
  readonly seq: number;
  readonly revision: number;
  readonly kind: MessageKind;
  readonly direction: Direction;
  readonly author: Author;
  readonly text: string;
  /** markdown: the subset of lib/formatting.ts. */
  readonly format?: "plain" | "markdown";
  readonly recipients?: Recipients | null;
  /** Quick answers that the channel shows below it. */
  readonly buttons?: readonly Button[];
  /** The value of the one that the customer pressed; the text is its title. */
  readonly pressed?: string | null;
  /** What stands below an e-mail of ours, as its author has set it up. */
  readonly signature?: string | null;
  readonly attachments: readonly Attachment[];
  readonly created_at: Time;
  readonly html: string | null;
  readonly quoted: string | null;
  readonly subject: string | null;
  readonly line: Line | null;
  readonly delivery: Delivery | null;
  readonly sent_at: Time | null;
  readonly client_message_id: string | null;
  readonly reply_to: Id | null;
  readonly mentions: readonly Id[];
  readonly reactions: readonly Reaction[];
  /** Of a bot's. */
  readonly bot: BotMark | null;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly next_cursor: string | null;
}

export interface ViewCounts {
  readonly inbox: { readonly count: number };
  readonly yours: { readonly count: number };
  readonly open: { readonly count: number };
  readonly automated: { readonly count: number };
  readonly closed: Readonly<Record<string, number>>;
}

/** What a list is narrowed to, as in the query of GET /api/conversations. */
export interface ListFilter {
  readonly team_id?: Id;
  readonly channel_id?: Id;
  readonly label?: Id;
  readonly unread?: boolean;
  readonly waiting?: boolean;
  readonly priority?: Priority;
  /** An agent or a bot, or "none". */
  readonly handler_id?: Id;
  readonly sort?: Sort;
  /** Those put aside alone; without it, all others. */
  readonly snoozed?: "only" | "any";
}

export interface SavedView {
  readonly id: Id;
  readonly name: string;
  readonly scope: "mine" | "everyone";
  readonly owner_id: Id;
  readonly view: ListedView;
  readonly filter: ListFilter;
  readonly position: number;
}

/** Mine, in a conversation; revision 0: there is none. What is null stands as the composer proposes it. */
export interface ServerDraft {
  readonly conversation_id: Id;
  readonly revision: number;
  readonly text: string;
  readonly note: string;
  readonly mode: "reply" | "note";
  readonly subject: string | null;
  readonly cc: readonly string[] | null;
  readonly bcc: readonly string[];
  readonly signature: boolean;
  readonly quote: boolean;
  readonly reply_to: Id | null;
  readonly began: number | null;
  readonly other: string | null;
  readonly attachment_ids: readonly Id[];
  /** Of each of these files, where it has words of its own. */
  readonly captions: Readonly<Record<Id, string>>;
  readonly attachments: readonly Attachment[];
  readonly updated_at: Time | null;
}

export type NotificationKind = "mention" | "assigned" | "taken_over" | "message" | "new_conversation";

/** One for each conversation and kind while it is unread; `count` of what it stands for. */
export interface Notification {
  readonly id: Id;
  readonly kind: NotificationKind;
  readonly conversation_id: Id;
  readonly message_id: Id | null;
  readonly actor_name: string;
  readonly contact_name: string;
  readonly preview: string;
  readonly count: number;
  readonly updated_at: Time;
  readonly read: boolean;
}

export interface Snapshot {
  readonly seq: number;
  readonly me: Me;
  readonly agents: readonly Agent[];
  readonly teams: readonly Team[];
  readonly channels: readonly Channel[];
  readonly bots: readonly Bot[];
  readonly labels: readonly Label[];
  readonly saved_views: readonly SavedView[];
  readonly quick_replies: QuickRepliesState;
  readonly notifications: { readonly unread: number };
  readonly drafts?: readonly ServerDraft[];
  readonly views: ViewCounts;
}

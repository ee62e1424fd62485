/** What the store shows to the interface: windows, threads, pending operations. Frozen values; a change is a new one. */

import type { Attachment, Author, Handler, Id, Message, Priority, Time } from "../api/types";

/** One view with its filters, as far as it is loaded, in its order. `loaded` is false until the first answer. */
export interface WindowShown {
  readonly ids: readonly Id[];
  readonly loaded: boolean;
  readonly complete: boolean;
  readonly loading: boolean;
  readonly error: string | null;
}

/** An entry of a thread; `pending` stands on what I have sent and the server has not shown yet. */
export type ShownMessage = Message & { readonly pending?: Pending };

export interface ThreadShown {
  readonly messages: readonly ShownMessage[];
  readonly loaded: boolean;
  readonly hasOlder: boolean;
  /** Only after a jump far back (Store.showMessage): what is shown does not reach the newest message. */
  readonly hasNewer: boolean;
  readonly loading: boolean;
  readonly error: string | null;
  /** The error is that there is no such conversation, or none that one may see. */
  readonly missing: boolean;
}

/** What an e-mail has beside its text; `quote`: the message that it quotes below. */
export interface Mail {
  readonly subject?: string;
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  readonly signature: boolean;
  readonly quote: Id | null;
}

export type Operation =
  | {
      readonly kind: "reply";
      readonly text: string;
      readonly attachments: readonly Attachment[];
      readonly replyTo: Id | null;
      readonly takeOver: boolean;
      /** Those that it was written with: each counts a use. */
      readonly quickReplies?: readonly Id[];
      readonly format?: "markdown";
      /** Of an e-mail. */
      readonly mail?: Mail;
      /** Of the draft that it was. */
      readonly draftRevision?: number;
    }
  | { readonly kind: "note"; readonly text: string; readonly mentions: readonly Id[]; readonly draftRevision?: number }
  | {
      readonly kind: "handler";
      readonly handler: Handler;
      readonly teamId: Id | null | undefined;
      readonly note: string | null;
      /** What a bot is to do. */
      readonly goal?: string;
    }
  | { readonly kind: "close"; readonly reason: string | null }
  | { readonly kind: "reopen" }
  | { readonly kind: "labels"; readonly labels: readonly Id[] }
  | { readonly kind: "priority"; readonly priority: Priority }
  /** `inboundCount`: of the customer's messages as it was seen; one more, and it stays awake. */
  | { readonly kind: "snooze"; readonly until: Time | null; readonly inboundCount: number }
  | { readonly kind: "unsnooze" }
  | { readonly kind: "react"; readonly messageId: Id; readonly emoji: string | null }
  | { readonly kind: "read"; readonly messageId: Id; readonly inboundCount: number };

/** `waiting` for its turn or the network, `sending`, `accepted` (its event is on the way), `failed`, `conflict` (R6). */
export type PendingState = "waiting" | "sending" | "accepted" | "failed" | "conflict";

/** Something I did that the server has not confirmed. `id` is its client_message_id. */
export interface Pending {
  readonly id: string;
  readonly conversationId: Id;
  readonly operation: Operation;
  readonly epoch: number;
  readonly at: string;
  readonly state: PendingState;
  readonly revision?: number;
  readonly error?: { readonly code: string; readonly text: string };
  readonly conflict?: { readonly handler: Handler; readonly name: string; readonly epoch: number };
}

export type Connection = "connecting" | "online" | "offline";

/** A number beside each view and team, what is pending included. */
export interface Counts {
  readonly inbox: number;
  readonly yours: number;
  readonly open: number;
  readonly automated: number;
  readonly teams: ReadonlyMap<Id, number>;
}

export interface Companions {
  readonly typing: readonly Author[];
  readonly viewing: readonly Id[];
}

/** Contacts as the API shows them. */

import type { Id, Time, AttachmentKind } from "./types";

export interface ContactSummary {
  readonly id: Id;
  readonly name: string;
  readonly revision: number;
  /** Nobody can write to it. */
  readonly blocked?: boolean;
}

export interface Identity {
  readonly id: Id;
  readonly connector: string;
  readonly address: string;
  readonly display_name: string;
  readonly verified: boolean;
}

/** A date is text of the form YYYY-MM-DD. */
export type AttributeValue = string | number | boolean;

export interface Contact extends Omit<ContactSummary, "blocked"> {
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly identities: readonly Identity[];
  readonly label_ids: readonly Id[];
  readonly timezone: string;
  readonly language: string;
  readonly blocked: { readonly at: Time; readonly by_id: Id; readonly by_name: string } | null;
  readonly created_at: Time;
  readonly last_activity_at: Time | null;
}

export interface ContactNote {
  readonly id: Id;
  readonly author_id: Id;
  readonly author_name: string;
  readonly text: string;
  readonly created_at: Time;
  readonly changed_at: Time | null;
}

/** A merge that can be taken back. */
export interface ContactMerge {
  readonly id: Id;
  readonly name: string;
  readonly address: string;
  readonly by_name: string;
  readonly at: Time;
}

export interface ContactDetail extends Contact {
  readonly notes: readonly ContactNote[];
  readonly merges: readonly ContactMerge[];
}

export interface ContactFile {
  readonly id: Id;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly kind: AttachmentKind;
  readonly conversation_id: Id;
  readonly message_id: Id;
  readonly created_at: Time;
}

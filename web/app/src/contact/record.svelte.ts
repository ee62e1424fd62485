/** One contact as it is shown and edited: what the server says, with one's own changes over it until they are answered.

A change shows at once. One that is refused is kept under its key, with what was given and why, so that whoever made it can
go on from there; nothing that was typed is lost. */

import { call, type Method } from "../api/client";
import { asApiError } from "../api/errors";
import type { AttributeValue, Contact, ContactDetail, Id } from "../api/types";
import { live } from "../lib/live.svelte";
import { refused, type Refused } from "../lib/refused";
import { Refusals } from "./refusals";

export interface Change {
  /** What it is about: one change of a key at a time is shown, the newest. */
  readonly key: string;
  readonly method: Method;
  readonly path: string;
  readonly body?: unknown;
  /** How the contact looks with it. */
  readonly apply?: (contact: ContactDetail) => ContactDetail;
}

export type Refusal = { readonly change: Change; readonly why: Refused };

export class ContactRecord {
  readonly id: Id;
  #truth = $state.raw<ContactDetail | null>(null);
  #whole = $state.raw(false);
  #pending = $state.raw<readonly Change[]>([]);
  #refusals: ReadonlyMap<string, Refusal>;
  readonly #kept: Refusals;
  #failure = $state.raw<"gone" | "failed" | null>(null);
  #asked = 0;

  constructor(id: Id) {
    this.id = id;
    this.#kept = new Refusals(live.me.id, id);
    this.#refusals = $state.raw(this.#kept.read());
  }

  /** Null until it is known. No derived value: that would end with the component that asked for the record first, which outlives it. */
  get contact(): ContactDetail | null {
    return this.#truth && this.#pending.reduce((contact, { apply }) => apply?.(contact) ?? contact, this.#truth);
  }

  /** With notes and merges, which no list has. */
  get whole(): boolean {
    return this.#whole;
  }
  /** As a list has it, until it is loaded. */
  preview(contact: Contact): void {
    this.#truth ??= { ...contact, notes: [], merges: [] };
  }

  get failure(): "gone" | "failed" | null {
    return this.#failure;
  }
  refusal(key: string): Refusal | undefined {
    return this.#refusals.get(key);
  }
  /** Of a kind: "attribute:". */
  refusedKeys(kind: string): string[] {
    return [...this.#refusals.keys()].filter((key) => key.startsWith(kind)).map((key) => key.slice(kind.length));
  }
  busy(key: string): boolean {
    return this.#pending.some((change) => change.key === key);
  }

  async load(): Promise<void> {
    const asked = ++this.#asked;
    try {
      const contact = await call<ContactDetail>("GET", `/api/contacts/${this.id}`);
      if (asked === this.#asked) this.#take(contact);
    } catch (error) {
      if (asked !== this.#asked) return;
      const { status } = asApiError(error);
      if (status === 404) {
        this.#truth = null;
        this.#whole = false;
      }
      this.#failure = status === 404 ? "gone" : "failed";
    }
  }

  /** True when it was done; what was refused stands in `refusal(key)` until it is tried again or forgotten. */
  async make(change: Change): Promise<boolean> {
    this.forget(change.key);
    this.#pending = [...this.#pending, change];
    try {
      const answer = await call<ContactDetail | undefined>(change.method, `/api/contacts/${this.id}${change.path}`, { body: change.body });
      this.#asked += 1;
      if (answer) this.#take(answer);
      return true;
    } catch (error) {
      this.#refuse(new Map(this.#refusals).set(change.key, { change, why: refused(error) }));
      return false;
    } finally {
      this.#pending = this.#pending.filter((each) => each !== change);
    }
  }

  forget(key: string): void {
    if (!this.#refusals.has(key)) return;
    const left = new Map(this.#refusals);
    left.delete(key);
    this.#refuse(left);
  }

  setAttribute(key: string, value: AttributeValue | null): Promise<boolean> {
    return this.make({
      key: `attribute:${key}`, method: "PATCH", path: "", body: { attributes: { [key]: value } },
      apply: (contact) => {
        const { [key]: _, ...others } = contact.attributes;
        return { ...contact, attributes: value === null ? others : { ...contact.attributes, [key]: value } };
      },
    });
  }

  set(field: "name" | "timezone" | "language", value: string): Promise<boolean> {
    return this.make({ key: field, method: "PATCH", path: "", body: { [field]: value }, apply: (contact) => ({ ...contact, [field]: value }) });
  }

  setLabels(label_ids: readonly Id[]): Promise<boolean> {
    return this.make({ key: "labels", method: "PUT", path: "/labels", body: { labels: label_ids }, apply: (contact) => ({ ...contact, label_ids }) });
  }

  #refuse(refusals: ReadonlyMap<string, Refusal>): void {
    this.#refusals = refusals;
    this.#kept.write(refusals.values());
  }

  #take(contact: ContactDetail): void {
    if (!this.#truth || !this.#whole || contact.revision >= this.#truth.revision) this.#truth = contact;
    this.#whole = true;
    this.#failure = null;
  }
}

const KEPT = 40;
const records = new Map<Id, ContactRecord>();
let whose: Id | null = null;

/** The record of a contact: as it was last known, when it was shown before. */
export function recordOf(id: Id): ContactRecord {
  const mine = live.me.id;
  if (whose !== mine) records.clear();
  whose = mine;
  const record = records.get(id) ?? new ContactRecord(id);
  records.delete(id);
  records.set(id, record);
  for (const oldest of records.keys()) {
    if (records.size <= KEPT) break;
    records.delete(oldest);
  }
  return record;
}

/** For an effect: loads the record, and again when somebody changed the contact or the connection came back. */
export function follow(record: ContactRecord): () => void {
  void record.load();
  return live.onChange((keys) => {
    const back = keys.has("connection") && live.connection === "online";
    if (back || keys.has(`contact:${record.id}`) || keys.has("identities")) void record.load();
  });
}

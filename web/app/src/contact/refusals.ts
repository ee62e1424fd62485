/** Changes of a contact that were refused or reached nobody: they outlive a reload, with why (rule 7). Pure. */

import type { Method } from "../api/client";
import type { Id } from "../api/types";
import type { Refused } from "../lib/refused";
import { browserKeep, type Keep } from "../sync/keep";

export type KeptChange = { readonly key: string; readonly method: Method; readonly path: string; readonly body?: unknown };
export type KeptRefusal = { readonly change: KeptChange; readonly why: Refused };

/** What can be tried again any time later, as often as one likes. Half-written notes are kept as such: unsent.ts. */
const lasts = ({ key, method }: KeptChange) => (method === "PATCH" || method === "PUT") && !key.startsWith("note:");

export class Refusals {
  readonly #name: string;

  /** `agent`: whose changes these are. Signing out counts what stands under this name. */
  constructor(agent: Id, contact: Id, private readonly keep: Keep = browserKeep()) {
    this.#name = `harken:contact:${agent}:${contact}:refused`;
  }

  read(): ReadonlyMap<string, KeptRefusal> {
    try {
      const kept = JSON.parse(this.keep.get(this.#name) ?? "[]") as KeptRefusal[];
      return new Map(kept.map((each) => [each.change.key, each]));
    } catch {
      return new Map();
    }
  }

  write(refusals: Iterable<KeptRefusal>): void {
    const kept = [...refusals].filter(({ change }) => lasts(change)).map(({ change: { key, method, path, body }, why }) => ({ change: { key, method, path, body }, why }));
    if (kept.length > 0) this.keep.set(this.#name, JSON.stringify(kept));
    else this.keep.remove(this.#name);
  }
}

/** The contacts that a search finds, a page at a time; asked again when somebody changed one, but never under the pointer. */

import { call } from "../../api/client";
import type { Contact, Page } from "../../api/types";

export interface Asked {
  readonly q: string;
  readonly label: string | null;
  readonly connector: string | null;
  readonly blocked: boolean;
  readonly sort: "name" | "recent";
}

const PAGE = 100;
const MOST_AGAIN = 500;

export class Directory {
  items = $state.raw<readonly Contact[]>([]);
  loaded = $state(false);
  failed = $state(false);
  loading = $state(false);
  #cursor: string | null = null;
  #asked: Asked | null = null;
  #turn = 0;
  #wanted: ReturnType<typeof setTimeout> | undefined;

  get complete(): boolean {
    return this.loaded && this.#cursor === null;
  }

  /** Another question: what was found before stays until the answer is there, so that nothing flickers. */
  ask(asked: Asked): void {
    this.#asked = asked;
    void this.#load(PAGE);
  }

  async more(): Promise<void> {
    if (this.loading || this.#cursor === null) return;
    await this.#page(this.#cursor, PAGE, this.#turn, this.items);
  }

  /** What is shown, as it is now; several changes in a row are one question. */
  again(): void {
    clearTimeout(this.#wanted);
    this.#wanted = setTimeout(() => void this.#load(Math.min(MOST_AGAIN, Math.max(PAGE, this.items.length))), 400);
  }

  retry(): void {
    void (this.loaded && this.#cursor ? this.more() : this.#load(PAGE));
  }

  async #load(count: number): Promise<void> {
    const turn = ++this.#turn;
    let found: readonly Contact[] = [];
    let cursor: string | null = null;
    do {
      const got = await this.#page(cursor, Math.min(PAGE, count - found.length), turn, found, found.length + PAGE >= count);
      if (!got) return;
      [found, cursor] = got;
    } while (cursor && found.length < count);
  }

  async #page(cursor: string | null, limit: number, turn: number, before: readonly Contact[], show = true): Promise<[readonly Contact[], string | null] | null> {
    const { q, label, connector, blocked, sort } = this.#asked!;
    this.loading = true;
    try {
      const page = await call<Page<Contact>>("GET", "/api/contacts", { query: { q, label, connector, blocked: blocked ? true : null, sort, limit, cursor } });
      if (turn !== this.#turn) return null;
      const found = [...before, ...page.items];
      if (show || page.next_cursor === null) {
        this.items = found;
        this.#cursor = page.next_cursor;
        this.loaded = true;
        this.failed = false;
      }
      return [found, page.next_cursor];
    } catch {
      if (turn === this.#turn) this.failed = true;
      return null;
    } finally {
      if (turn === this.#turn) this.loading = false;
    }
  }
}

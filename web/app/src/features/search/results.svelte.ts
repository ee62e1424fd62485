/** What was found so far, page after page: a page may be empty and yet have a next one, further back in time. */

import { ApiError } from "../../api/errors";
import { search, type MessageHit, type SearchPage } from "../../api/search";

const LIMIT = 30;

export class Results {
  /** The first page, with conversations and contacts; null until it is there. */
  first = $state.raw<SearchPage | null>(null);
  items = $state.raw<readonly MessageHit[]>([]);
  cursor = $state<string | null>(null);
  busy = $state(false);
  failed = $state<"offline" | "error" | null>(null);
  /** Whether `first` answers what is asked now; until then it is what was found before. */
  current = $state(false);
  #query = "";
  #stop = new AbortController();

  /** Forgets the query before; what was found stays until the new answer is there. */
  begin(query: string): void {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#query = query;
    this.failed = null;
    this.current = false;
    if (query === "") this.#show(null);
    else void this.#load(null);
  }

  more(): void {
    if (!this.busy && this.current && this.failed === null && this.cursor !== null) void this.#load(this.cursor);
  }

  again(): void {
    this.failed = null;
    void this.#load(this.current ? this.cursor : null);
  }

  end(): void {
    this.#stop.abort();
  }

  #show(page: SearchPage | null): void {
    this.current = page !== null;
    this.first = page;
    this.items = page?.items ?? [];
    this.cursor = page?.next_cursor ?? null;
    this.busy = false;
  }

  async #load(cursor: string | null): Promise<void> {
    const { signal } = this.#stop;
    this.busy = true;
    try {
      const page = await search(this.#query, LIMIT, signal, cursor);
      if (signal.aborted) return;
      if (cursor === null) this.#show(page);
      else {
        this.items = [...this.items, ...page.items];
        this.cursor = page.next_cursor;
      }
    } catch (error) {
      if (!signal.aborted) this.failed = error instanceof ApiError && error.status === 0 ? "offline" : "error";
    } finally {
      if (!signal.aborted) this.busy = false;
    }
  }
}

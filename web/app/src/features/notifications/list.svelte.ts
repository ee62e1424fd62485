/** The list under the bell: loaded when it is opened, kept current while it is open, read at once and then on the server. */

import { call } from "../../api/client";
import type { Id, Notification, Page } from "../../api/types";

export type State = "loading" | "ready" | "failed";

export class NotificationList {
  items = $state.raw<readonly Notification[]>([]);
  state = $state<State>("loading");
  #cursor = $state<string | null>(null);

  get more(): boolean {
    return this.#cursor !== null;
  }

  /** From the newest on. What is shown stays until the answer is there. */
  async load(): Promise<void> {
    try {
      const page = await get(null);
      this.items = page.items;
      this.#cursor = page.next_cursor;
      this.state = "ready";
    } catch {
      if (this.state !== "ready") this.state = "failed";
    }
  }

  async loadMore(): Promise<void> {
    const cursor = this.#cursor;
    if (!cursor) return;
    this.#cursor = null;
    try {
      const page = await get(cursor);
      const known = new Set(this.items.map((each) => each.id));
      this.items = [...this.items, ...page.items.filter((each) => !known.has(each.id))];
      this.#cursor = page.next_cursor;
    } catch {
      this.#cursor = cursor;
    }
  }

  /** One that is new or has grown comes first. */
  put(one: Notification & { readonly app?: boolean }): void {
    if (one.app !== false) this.items = [one, ...this.items.filter((each) => each.id !== one.id)];
  }

  /** These, or all. Shown at once; when the server did not hear of it, as it is there. */
  async read(ids: readonly Id[] | "all"): Promise<void> {
    const now = new Set(this.items.filter(({ id, read }) => !read && (ids === "all" || ids.includes(id))).map(({ id }) => id));
    const marked = (read: boolean) => this.items.map((each) => (now.has(each.id) ? { ...each, read } : each));
    this.items = marked(true);
    try {
      await call("PUT", "/api/notifications/read", { body: ids === "all" ? { all: true } : { ids } });
    } catch {
      this.items = marked(false); // with what has come meanwhile
    }
  }
}

function get(cursor: string | null): Promise<Page<Notification>> {
  return call("GET", "/api/notifications", { query: { limit: 30, cursor } });
}

/** The Quick Replies that I may use: loaded once when somebody first wants them, then kept true by events and snapshots. */

import type { Payload } from "../api/events";
import type { Server } from "../api/server";
import type { Id, QuickRepliesState, QuickReply } from "../api/types";

export interface QuickRepliesShown {
  readonly items: readonly QuickReply[];
  /** They have been there once: what is shown is all of them. */
  readonly loaded: boolean;
  /** They could not be loaded; tried again when they are wanted again or the connection is back. */
  readonly failed: boolean;
}

export class QuickReplies {
  #items = new Map<Id, QuickReply>();
  #shown: QuickRepliesShown = { items: [], loaded: false, failed: false };
  #wanted = false;
  #asking = false;
  /** Something has happened that the items may not show. */
  #old = true;
  #revision = -1;

  constructor(
    private readonly server: Pick<Server, "quickReplies">,
    private readonly changed: () => void,
  ) {}

  get shown(): QuickRepliesShown {
    return this.#shown;
  }

  /** Somebody will look at them. */
  want(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.look();
  }

  /** Loads what is wanted and old: also what could not be loaded before. */
  look(): void {
    if (!this.#wanted || !this.#old || this.#asking) return;
    this.#asking = true;
    void this.#ask();
  }

  /** What a snapshot says of them. */
  state({ count, revision }: QuickRepliesState): void {
    if (this.#shown.loaded && !this.#old && this.#items.size === count && this.#revision === revision) return;
    this.#old = true;
    this.look();
  }

  event(event: Payload): void {
    if (event.type === "quick_reply_changed") this.#put(event.data.quick_reply);
    else if (event.type === "quick_reply_deleted") this.#drop([event.data.id]);
    else if (event.type === "team_removed") this.#drop([...this.#items.values()].filter((each) => each.team_id === event.data.id).map(({ id }) => id));
    else if (event.type !== "quick_replies_imported") return;
    if (event.type === "quick_replies_imported" || this.#asking) this.#old = true; // the answer on its way may be older
    this.look();
  }

  /** I have sent them: the order of the menu follows at once. */
  used(ids: readonly Id[]): void {
    const found = ids.map((id) => this.#items.get(id)).filter((each) => each !== undefined);
    for (const each of found) this.#items.set(each.id, { ...each, usage_count: each.usage_count + 1 });
    if (found.length > 0) this.#show();
  }

  /** Another agent's desk. */
  forget(): void {
    this.#items = new Map();
    this.#revision = -1;
    this.#old = true;
    this.#show({ loaded: false, failed: false });
  }

  #put(reply: QuickReply): void {
    if (!this.#shown.loaded || (this.#items.get(reply.id)?.revision ?? -1) > reply.revision) return;
    this.#items.set(reply.id, reply);
    this.#revision = Math.max(this.#revision, reply.revision);
    this.#show();
  }

  /** What is left says which revision is the newest, as the server's snapshot does. */
  #drop(ids: readonly Id[]): void {
    if (!ids.filter((id) => this.#items.delete(id)).length) return;
    this.#revision = [...this.#items.values()].reduce((newest, { revision }) => Math.max(newest, revision), 0);
    this.#show();
  }

  #show(more: Partial<QuickRepliesShown> = {}): void {
    this.#shown = { ...this.#shown, ...more, items: [...this.#items.values()] };
    this.changed();
  }

  async #ask(): Promise<void> {
    this.#old = false;
    try {
      const { state, items } = await this.server.quickReplies();
      this.#items = new Map(items.map((each) => [each.id, each]));
      this.#revision = state.revision;
      this.#show({ loaded: true, failed: false });
    } catch {
      this.#old = true;
      this.#show({ failed: true });
      this.#asking = false;
      return;
    }
    this.#asking = false;
    this.look();
  }
}

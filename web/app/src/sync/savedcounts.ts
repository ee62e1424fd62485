/** How many conversations each saved view holds: asked again after changes, while somebody reads them. */

import type { Event } from "../api/events";
import type { Server } from "../api/server";
import type { Id } from "../api/types";

const EVERY = 3_000;

export class SavedCounts {
  private counts: Readonly<Record<Id, number>> = {};
  /** Something has happened since they were asked. */
  private old = true;
  private asking = false;

  constructor(
    private readonly server: Server,
    private readonly wait: (ms: number) => Promise<void>,
    /** Whether there is anything to ask for, and somebody to see it. */
    private readonly wanted: () => boolean,
    private readonly changed: () => void,
  ) {}

  of(id: Id): number | undefined {
    return this.counts[id];
  }

  /** Something has happened that may change them. */
  outdated(): void {
    this.old = true;
    this.look();
  }

  /** Asks, if what is known is old and somebody reads it; never twice within the time. */
  look(): void {
    if (this.asking || !this.old || !this.wanted()) return;
    this.asking = true;
    void this.ask();
  }

  private async ask(): Promise<void> {
    this.old = false;
    try {
      this.counts = await this.server.savedCounts();
      this.changed();
    } catch {
      this.old = true; // the next event or the next connection asks again
    }
    await this.wait(EVERY);
    this.asking = false;
    if (this.old) this.look();
  }
}

/** Whether a saved view may hold more or fewer than before, or is another one. */
export function changesLists({ type, data }: Event): boolean {
  return "conversation" in data || "conversation_id" in data || "saved_view" in data || type === "saved_view_removed" || type === "label_removed";
}

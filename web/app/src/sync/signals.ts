/** What colleagues see of me: that I type in and look at a conversation. Said again and again while it lasts. */

import type { Id } from "../api/types";

const TYPING_EVERY = 4_000;
const VIEWING_EVERY = 5_000;

export class Signals {
  private viewing: Id | null = null;
  private round = 0;
  private readonly typedAt = new Map<Id, number>();

  constructor(
    private readonly send: (frame: object) => void,
    private readonly now: () => number,
    private readonly wait: (ms: number) => Promise<void>,
  ) {}

  typing(conversationId: Id, active: boolean): void {
    const now = this.now();
    if (active && now - (this.typedAt.get(conversationId) ?? -TYPING_EVERY) < TYPING_EVERY) return;
    if (!active && !this.typedAt.has(conversationId)) return;
    if (active) this.typedAt.set(conversationId, now);
    else this.typedAt.delete(conversationId);
    this.send({ type: "typing", conversation_id: conversationId, active });
  }

  /** The conversation that I look at, or none; repeated until it changes. */
  looking(conversationId: Id | null): void {
    if (conversationId === this.viewing) return;
    if (this.viewing) this.send({ type: "viewing", conversation_id: this.viewing, active: false });
    this.viewing = conversationId;
    void this.repeat(++this.round);
  }

  private async repeat(round: number): Promise<void> {
    while (this.viewing && round === this.round) {
      this.send({ type: "viewing", conversation_id: this.viewing, active: true });
      await this.wait(VIEWING_EVERY);
    }
  }
}

/** Drafts, as texts of the interface's own making; one for each agent and conversation, agreed on by all tabs. */

import type { Id } from "../api/types";
import type { Keep } from "./keep";

export class Drafts {
  constructor(
    private readonly keep: Keep,
    private readonly me: () => Id,
    private readonly changed: (key: string) => void,
  ) {}

  of(conversationId: Id): string | null {
    return this.keep.get(this.key(conversationId));
  }

  set(conversationId: Id, draft: string | null): void {
    if (draft === null || draft === "") this.keep.remove(this.key(conversationId));
    else this.keep.set(this.key(conversationId), draft);
    this.changed(`draft:${conversationId}`);
  }

  /** Another tab has written to what is kept (the event `storage`). */
  changedElsewhere(key: string | null): void {
    const prefix = this.key("");
    if (key?.startsWith(prefix)) this.changed(`draft:${key.slice(prefix.length)}`);
  }

  private key(conversationId: Id): string {
    return `harken.draft.${this.me()}.${conversationId}`;
  }
}

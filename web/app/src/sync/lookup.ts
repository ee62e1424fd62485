/** Which conversations are a contact's or an identity's, without a look at all of them. */

import type { Conversation, Id } from "../api/types";

export class Owned {
  /** One id as itself: most contacts have one conversation, and there may be a hundred thousand. */
  private readonly ids = new Map<Id, Id | Set<Id>>();

  of(owner: Id): readonly Id[] {
    const found = this.ids.get(owner);
    return found === undefined ? [] : typeof found === "string" ? [found] : [...found];
  }

  follow(before: Conversation | undefined, after: Conversation | undefined): void {
    if (before?.contact.id !== after?.contact.id) this.move(before?.contact.id, after?.contact.id, (before ?? after)!.id);
    if (before?.identity_id !== after?.identity_id) this.move(before?.identity_id, after?.identity_id, (before ?? after)!.id);
  }

  private move(from: Id | null | undefined, to: Id | null | undefined, id: Id): void {
    if (from) this.remove(from, id);
    if (to) this.add(to, id);
  }

  private add(owner: Id, id: Id): void {
    const found = this.ids.get(owner);
    if (found === undefined) this.ids.set(owner, id);
    else if (typeof found !== "string") found.add(id);
    else if (found !== id) this.ids.set(owner, new Set([found, id]));
  }

  private remove(owner: Id, id: Id): void {
    const found = this.ids.get(owner);
    if (found === id) this.ids.delete(owner);
    else if (typeof found === "object" && found.delete(id) && found.size === 0) this.ids.delete(owner);
  }
}

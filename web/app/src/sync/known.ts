/** All conversations that are known, by id: the ones in use as they are, the others packed, as one may scroll through a hundred
thousand. As a Map; what is asked for is in use again, the same value until it has rested for long or is changed. */

import type { Conversation, Id } from "../api/types";
import { pack, unpack } from "./packed";

export class Known {
  private readonly near = new Map<Id, Conversation>();
  private readonly far = new Map<Id, string>();

  /** `room`: how many are kept as they are. */
  constructor(private readonly room = 1_000) {}

  get size(): number {
    return this.near.size + this.far.size;
  }

  has(id: Id): boolean {
    return this.near.has(id) || this.far.has(id);
  }

  get(id: Id): Conversation | undefined {
    const known = this.near.get(id);
    if (known) return known;
    const packed = this.far.get(id);
    if (packed === undefined) return undefined;
    const conversation = whole(id, packed);
    this.far.delete(id);
    this.near.set(id, conversation);
    return conversation;
  }

  set(id: Id, conversation: Conversation): void {
    this.delete(id);
    this.near.set(id, conversation);
  }

  delete(id: Id): boolean {
    return this.near.delete(id) || this.far.delete(id);
  }

  *keys(): Generator<Id> {
    yield* this.near.keys();
    yield* this.far.keys();
  }

  *values(): Generator<Conversation> {
    for (const [, each] of this) yield each;
  }

  *[Symbol.iterator](): Generator<[Id, Conversation]> {
    yield* this.near;
    for (const [id, packed] of this.far) yield [id, whole(id, packed)];
  }

  /** Packs those that have been in use longest, down to the room there is. */
  rest(): void {
    let over = this.near.size - this.room;
    for (const [id, conversation] of this.near) {
      if (over-- <= 0) return;
      const { id: _, ...others } = conversation;
      this.near.delete(id);
      this.far.set(id, pack(others));
    }
  }
}

function whole(id: Id, packed: string): Conversation {
  return { id, ...(unpack(packed) as Omit<Conversation, "id">) };
}

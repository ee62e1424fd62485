/** Who else is typing in or looking at: told without seq, and forgotten 10 s after the last word. */

import type { Ephemeron } from "../api/events";
import type { Author, Conversation, Id } from "../api/types";
import type { Companions } from "./model";

const FORGOTTEN_AFTER = 10_000;
const NOBODY: Companions = { typing: [], viewing: [] };

interface Seen {
  readonly author: Author;
  readonly until: number;
}

export class Present {
  private readonly typing = new Map<Id, Map<string, Seen>>();
  private readonly viewing = new Map<Id, Map<string, Seen>>();
  private readonly shown = new Map<Id, Companions>();

  constructor(
    private readonly now: () => number,
    private readonly wait: (ms: number) => Promise<void>,
    private readonly changed: (key: string) => void,
  ) {}

  hear(frame: Ephemeron, me: Id | undefined): void {
    if (frame.type === "presence") return; // nothing shows who is signed in
    if (frame.actor.kind === "agent" && frame.actor.id === me) return;
    this.note(frame.type === "typing" ? this.typing : this.viewing, frame.conversation_id, frame.actor, frame.active);
  }

  /** A message has come from its author: they have stopped typing. */
  spoke(conversationId: Id, author: Author): void {
    if (this.typing.has(conversationId)) this.note(this.typing, conversationId, author, false);
  }

  /** Where no bot handles it any more, none is about to speak. */
  handled({ id, handler }: Pick<Conversation, "id" | "handler">): void {
    for (const { author } of this.typing.get(id)?.values() ?? []) {
      if (author.kind === "bot" && handler.kind !== "bot") this.note(this.typing, id, author, false);
    }
  }

  of(conversationId: Id): Companions {
    return this.shown.get(conversationId) ?? NOBODY;
  }

  /** The socket is gone: nothing of this is known any more. */
  forget(): void {
    for (const each of [this.typing, this.viewing]) each.clear();
    for (const id of [...this.shown.keys()]) this.show(id);
  }

  private note(what: Map<Id, Map<string, Seen>>, conversationId: Id, author: Author, active: boolean): void {
    const there = what.get(conversationId) ?? new Map<string, Seen>();
    what.set(conversationId, there);
    const key = `${author.kind}:${author.id ?? author.name}`;
    if (active) there.set(key, { author, until: this.now() + FORGOTTEN_AFTER });
    else there.delete(key);
    this.show(conversationId);
    if (active) void this.wait(FORGOTTEN_AFTER + 50).then(() => this.expire(what, conversationId, key));
  }

  private expire(what: Map<Id, Map<string, Seen>>, conversationId: Id, key: string): void {
    const seen = what.get(conversationId)?.get(key);
    if (!seen || seen.until > this.now()) return;
    const there = what.get(conversationId);
    if (there?.delete(key) && there.size === 0) what.delete(conversationId);
    this.show(conversationId);
  }

  private show(conversationId: Id): void {
    const typing = [...(this.typing.get(conversationId)?.values() ?? [])].map((seen) => seen.author);
    const viewing = [...(this.viewing.get(conversationId)?.values() ?? [])].flatMap((seen) => seen.author.id ?? []);
    if (typing.length + viewing.length > 0) this.shown.set(conversationId, { typing, viewing });
    else this.shown.delete(conversationId);
    this.changed(`companions:${conversationId}`);
  }
}

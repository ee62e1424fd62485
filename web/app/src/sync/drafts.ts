/** Drafts: one for each agent and conversation, agreed on by all tabs at once and by all machines within a second.

What is typed is kept here first. Behind it the server gets it, with the revision that it was made from: when somebody else
(me, elsewhere) has written meanwhile, both are joined. `base` says what the server is known to have.
*/

import { asApiError } from "../api/errors";
import type { Server } from "../api/server";
import type { Id, ServerDraft } from "../api/types";
import { bodyOf, joined, keptOf, type Answered } from "./draft";
import type { Keep } from "./keep";

type Base = { readonly revision: number; readonly kept: string | null };
const SOON = 500;
const LONGEST_WAIT = 30_000;

export class Drafts {
  private readonly waiting = new Set<Id>();
  private readonly busy = new Set<Id>();
  private failures = 0;

  constructor(
    private readonly keep: Keep,
    private readonly me: () => Id,
    private readonly changed: (key: string) => void,
    private readonly server: Pick<Server, "saveDraft">,
    private readonly wait: (ms: number) => Promise<void>,
    private readonly quoted: (conversationId: Id, messageId: Id) => Answered | null,
  ) {}

  of(conversationId: Id): string | null {
    return this.keep.get(this.key(conversationId));
  }

  set(conversationId: Id, draft: string | null): void {
    this.write(conversationId, draft);
    this.later(conversationId, SOON);
  }

  /** The one that the server is known to have, for the message that is made of it. */
  revision(conversationId: Id): number {
    return this.base(conversationId).revision;
  }

  /** Another tab has written to what is kept (the event `storage`). */
  changedElsewhere(key: string | null): void {
    const prefix = this.key("");
    if (key?.startsWith(prefix)) this.changed(`draft:${key.slice(prefix.length)}`);
  }

  /** What the server has now: of an event. */
  hear(draft: ServerDraft): void {
    const id = draft.conversation_id;
    const base = this.base(id);
    if (draft.revision === base.revision || this.busy.has(id)) return;
    if (this.of(id) !== base.kept) return this.later(id, SOON); // the server will say what there is
    const kept = keptOf(draft, (message) => this.quoted(id, message));
    this.write(id, kept);
    this.setBase(id, { revision: draft.revision, kept: this.of(id) });
  }

  /** All that the server has: of a snapshot. What was typed without it goes there now. */
  snapshot(drafts: readonly ServerDraft[]): void {
    const there = new Set(drafts.map(({ conversation_id }) => conversation_id));
    for (const draft of drafts) this.hear(draft);
    for (const key of this.keep.keys(this.baseKey(""))) {
      const id = key.slice(this.baseKey("").length);
      if (!there.has(id) && this.base(id).revision > 0) this.hear({ ...NONE, conversation_id: id });
    }
    this.kick();
  }

  /** The network is back. */
  kick(): void {
    const prefix = this.key("");
    for (const key of this.keep.keys(prefix)) this.later(key.slice(prefix.length), 0);
    for (const key of this.keep.keys(this.baseKey(""))) this.later(key.slice(this.baseKey("").length), 0);
  }

  private later(id: Id, ms: number): void {
    if (this.waiting.has(id) || this.isKnown(id)) return;
    this.waiting.add(id);
    void this.wait(ms).then(() => {
      this.waiting.delete(id);
      return this.push(id);
    });
  }

  private isKnown(id: Id): boolean {
    return this.of(id) === this.base(id).kept;
  }

  private async push(id: Id): Promise<void> {
    const me = this.me();
    if (!me || this.busy.has(id) || this.isKnown(id)) return;
    this.busy.add(id);
    const kept = this.of(id);
    let again = 0;
    try {
      const saved = await this.server.saveDraft(id, { ...bodyOf(kept), base: this.base(id).revision });
      if (this.me() === me) this.setBase(id, { revision: saved.revision, kept });
      this.failures = 0;
    } catch (error) {
      if (this.me() === me) again = this.refused(id, kept, asApiError(error));
    } finally {
      this.busy.delete(id);
    }
    if (again >= 0) this.later(id, again || SOON);
  }

  /** Returns after how long to try again; negative: not before something else happens. */
  private refused(id: Id, kept: string | null, error: ReturnType<typeof asApiError>): number {
    if (error.passing) return Math.min(LONGEST_WAIT, 1000 * 2 ** this.failures++);
    const there = (error.fields as { readonly draft?: ServerDraft }).draft;
    if (error.code !== "draft_changed" || !there) {
      this.setBase(id, { revision: 0, kept }); // not mine to see, or not storable: kept here alone
      return -1;
    }
    if (there.revision > 0 && this.of(id) !== null) this.write(id, joined(this.of(id), there));
    const same = there.revision > 0 && keptOf(there, (message) => this.quoted(id, message)) === this.of(id);
    this.setBase(id, { revision: there.revision, kept: same ? this.of(id) : null });
    return 0;
  }

  private write(id: Id, draft: string | null): void {
    if (draft === this.of(id)) return;
    if (draft === null || draft === "") this.keep.remove(this.key(id));
    else this.keep.set(this.key(id), draft);
    this.changed(`draft:${id}`);
  }

  private base(id: Id): Base {
    try {
      return (JSON.parse(this.keep.get(this.baseKey(id)) ?? "null") as Base | null) ?? { revision: 0, kept: null };
    } catch {
      return { revision: 0, kept: null };
    }
  }

  private setBase(id: Id, base: Base): void {
    if (base.revision === 0 && base.kept === null) this.keep.remove(this.baseKey(id));
    else this.keep.set(this.baseKey(id), JSON.stringify(base));
  }

  private key(conversationId: Id): string {
    return `harken.draft.${this.me()}.${conversationId}`;
  }
  private baseKey(conversationId: Id): string {
    return `harken.draft-base.${this.me()}.${conversationId}`;
  }
}

const NONE = {
  text: "", note: "", mode: "reply", subject: null, cc: null, bcc: [], signature: true, quote: true, reply_to: null, began: null,
  other: null, attachments: [], attachment_ids: [], captions: {}, revision: 0, updated_at: null,
} as const;

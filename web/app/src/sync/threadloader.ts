/** Brings threads in: their newest messages, older and newer pages, and the place of one message far back. */

import { ApiError, asApiError } from "../api/errors";
import type { Server } from "../api/server";
import type { Id, Message } from "../api/types";
import { putConversation, type State } from "./state";
import { hasOlder, newThread, shorten, takeMessages, THREADS_KEPT, type Stretch, type Thread } from "./threads";

/** `again`: what was loaded, as it is now; `newest`: the end of the thread; or the messages around a seq. */
export type Part = "again" | "older" | "newer" | "newest" | { readonly around: number };

/** What the threads need of the loads around them. */
export interface Loads {
  /** Counts resyncs: an answer of an older one is not looked at. */
  generation(): number;
  /** Marks a load as begun, unless one is on its way. */
  begins(target: Thread): boolean;
  /** The conversation was not there when it was asked for; false when an event has shown it since. */
  gone(id: Id, knownRevision: number | undefined): boolean;
  changed(key: string): void;
  /** There is no server to ask: says so where nothing is kept. */
  notKept(id: Id, thread: Thread): void;
  wait(ms: number): Promise<void>;
}

const MOST_TRIES = 80;
const LOOK_AGAIN = 100;

export class ThreadLoader {
  private readonly running = new WeakMap<Thread, Promise<unknown>>();

  /** `page`: messages of one page; `reach`: how many are loaded without a gap before a jump is shorter. */
  constructor(
    private readonly state: State,
    private readonly server: Server,
    private readonly loads: Loads,
    private readonly page: number,
    private readonly reach: number,
  ) {}

  /** One load at a time; a call meanwhile waits for that one. After a failure all of it is loaded anew. */
  async load(id: Id, part: Part): Promise<void> {
    const thread = this.state.threads.get(id);
    if (!thread || !this.state.me) return;
    if (this.state.stale) return this.loads.notKept(id, thread);
    if (!this.loads.begins(thread)) return void (await this.running.get(thread));
    const load = this.carryOut(id, thread, thread.error === null ? part : "again");
    this.running.set(thread, load);
    if (await load) await this.load(id, "again");
  }

  /** Puts the thread in front of the others, loading it if it is not there. The longest unused ones are let go. */
  touch(id: Id): Thread {
    const { threads } = this.state;
    const thread = threads.get(id) ?? newThread();
    threads.delete(id);
    threads.set(id, thread);
    for (const [each, other] of threads) {
      if (threads.size <= THREADS_KEPT) break;
      if (other.opened === 0 && each !== id) threads.delete(each);
    }
    if (!thread.loaded && !thread.loading) void this.load(id, "again");
    return thread;
  }

  /** Nobody looks at it any more. */
  leave(thread: Thread): void {
    thread.opened = Math.max(0, thread.opened - 1);
    shorten(thread);
  }

  async older(id: Id): Promise<void> {
    const thread = this.state.threads.get(id);
    if (thread?.error || (thread && !thread.loaded)) return this.load(id, "again");
    if (thread && hasOlder(thread)) await this.load(id, "older");
  }

  async newer(id: Id): Promise<void> {
    if (this.state.threads.get(id)?.hasNewer) await this.load(id, "newer");
  }

  async newest(id: Id): Promise<void> {
    if (this.state.threads.get(id)?.hasNewer) await this.load(id, "newest");
  }

  /** Loads the thread so that the message is in it. Returns whether it is. */
  async show(id: Id, messageId: Id): Promise<boolean> {
    this.touch(id).opened += 1; // nothing is let go on the way
    try {
      return await this.find(id, messageId);
    } finally {
      const thread = this.state.threads.get(id);
      if (thread) thread.opened = Math.max(0, thread.opened - 1);
    }
  }

  private async find(id: Id, messageId: Id): Promise<boolean> {
    let seq: number | null = null;
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const thread = this.state.threads.get(id);
      if (thread?.messages.some((message) => message.id === messageId)) return true;
      if (!thread || (tries > 0 && thread.error && !thread.loading)) return false;
      if (!this.state.me) await this.loads.wait(LOOK_AGAIN);
      else if (thread.loading || thread.error || !thread.loaded) await this.load(id, "again");
      else {
        seq ??= await this.seqOf(id, messageId);
        const part = seq === null ? null : this.towards(thread, seq);
        if (part === null) return false;
        await this.load(id, part);
      }
    }
    return false;
  }

  /** What to load next to come to a seq; null when its place is loaded, and the message not there. */
  private towards(thread: Thread, seq: number): Part | null {
    const [first, last] = [thread.messages[0]?.seq ?? 1, thread.messages.at(-1)?.seq ?? 0];
    if (seq > last && !thread.hasNewer) return "again";
    if (seq === Infinity) return "newest";
    if (seq < first) return last - seq < this.reach ? "older" : { around: seq };
    return seq <= last ? null : seq - first < this.reach ? "newer" : { around: seq };
  }

  /** Where a message stands: before the one after it, or (Infinity) at the end; null when it is not of this thread. */
  private async seqOf(id: Id, messageId: Id): Promise<number | null> {
    try {
      const [next] = await this.server.messages(id, { after: messageId }, 1);
      return next ? next.seq - 1 : Infinity;
    } catch {
      return null;
    }
  }

  /** Returns whether it is to be tried again at once. */
  private async carryOut(id: Id, thread: Thread, part: Part): Promise<boolean> {
    const generation = this.loads.generation();
    const known = this.state.conversations.get(id)?.revision;
    let retry = false;
    Object.assign(thread, { loading: true, error: null, missing: false, shown: null });
    thread.late.clear();
    this.loads.changed(`thread:${id}`);
    try {
      const [stretch, conversation] = await Promise.all([
        this.stretch(id, thread, part),
        part === "again" ? this.server.conversation(id) : undefined,
      ]);
      if (generation !== this.loads.generation() || this.state.threads.get(id) !== thread) return false;
      if (conversation) putConversation(this.state, conversation);
      if (!this.state.conversations.has(id)) throw new ApiError(404, "not_found", "Not found"); // hidden since it was read
      takeMessages(thread, stretch);
    } catch (error) {
      if (generation !== this.loads.generation()) return false;
      const problem = asApiError(error);
      thread.error = problem.message;
      thread.missing = problem.status === 404;
      if (problem.status === 404 && !this.loads.gone(id, known)) retry = true;
    }
    Object.assign(thread, { loading: false, shown: null });
    thread.late.clear();
    shorten(thread);
    this.loads.changed(`thread:${id}`);
    return retry;
  }

  private async stretch(id: Id, thread: Thread, part: Part): Promise<Stretch> {
    const first = thread.messages[0]?.seq ?? 1;
    const last = thread.messages.at(-1)?.seq ?? 0;
    if (part === "older") {
      return { messages: await this.server.messages(id, { before: first }, this.page), replace: false, hasNewer: null };
    }
    if (part === "newer") return { ...(await this.after(id, last, last + 1)), replace: false };
    if (part === "newest") return { messages: await this.upTo(id, Infinity), replace: true, hasNewer: false };
    if (part !== "again") return { ...(await this.after(id, Math.max(0, part.around - this.page), part.around)), replace: true };
    if (thread.hasNewer) return { ...(await this.after(id, first - 1, last)), replace: true };
    return { messages: await this.upTo(id, first === 1 && last === 0 ? Infinity : first), replace: true, hasNewer: false };
  }

  /** From the newest back to a seq. */
  private async upTo(id: Id, seq: number): Promise<Message[]> {
    const found: Message[] = [];
    for (let from = Infinity; ; ) {
      const limit = seq === Infinity ? this.page : this.page * 2;
      const page = await this.server.messages(id, from === Infinity ? null : { before: from }, limit);
      found.push(...page);
      const first = Math.min(...page.map((message) => message.seq));
      if (page.length === 0 || first <= 1 || first <= seq || found.length >= this.reach) return found;
      from = first;
    }
  }

  /** What comes after a seq, as far as another. */
  private async after(id: Id, from: number, until: number): Promise<Pick<Stretch, "messages" | "hasNewer">> {
    const messages: Message[] = [];
    for (let last = from; ; ) {
      const page = await this.server.messages(id, { after: last }, this.page * 2);
      messages.push(...page);
      const full = page.length === this.page * 2;
      last = Math.max(last, ...page.map((message) => message.seq));
      if (!full || last >= until || messages.length >= this.reach) return { messages, hasNewer: full };
    }
  }
}

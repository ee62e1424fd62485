/** Carries out what is pending: in order within a conversation, each once, through lost answers, reloads and offline days.

An operation is written down before it is sent and carries its client_message_id, so that sending it again is harmless.
What is refused stays, with the reason, until it is retried or discarded.
*/

import { asApiError, type ApiError } from "../api/errors";
import { handlerChange, type Done, type Server } from "../api/server";
import type { Id } from "../api/types";
import type { Keep } from "./keep";
import type { Pending } from "./model";
import { pendingOf, removePending, setPending, setRead, type State } from "./state";

const LONGEST_WAIT = 30_000;
const OWN_CONFLICTS = 3;

export class Outbox {
  private readonly busy = new Set<Id>();
  private readonly failures = new Map<Id, number>();
  /** Those whose copy in `keep` this page answers for. */
  private readonly kept = new Set<string>();
  private stopped = false;

  constructor(
    private readonly state: State,
    private readonly server: Server,
    private readonly keep: Keep,
    private readonly wait: (ms: number) => Promise<void>,
    private readonly ask: (conversationId: Id) => Promise<void>,
    private readonly tell: () => void,
  ) {}

  /** What an earlier page of this agent has left behind. Its order is that of the writing. */
  restore(): void {
    const kept = this.keep.keys(this.prefix()).map((key) => read(this.keep.get(key)));
    const found = kept.filter((each) => each !== null && !this.state.pending.has(each.id)) as Pending[];
    found.sort((one, other) => (one.at < other.at ? -1 : 1));
    for (const each of found) {
      this.kept.add(each.id);
      setPending(this.state, each.state === "sending" ? { ...each, state: "waiting" } : each);
    }
    this.kick();
  }

  add(pending: Pending): void {
    this.set(pending);
    this.kick();
  }

  /** Sends what waits, now. */
  kick(): void {
    if (this.state.stale) return;
    for (const { conversationId, state } of this.state.pending.values()) {
      if (state === "waiting" && !this.busy.has(conversationId) && !this.stopped) void this.run(conversationId);
    }
  }

  retry(id: string): void {
    const pending = this.state.pending.get(id);
    if (pending?.state === "failed") this.add(again(pending));
  }

  /** R6: over what the other has done; for a conversation that was closed meanwhile, too. */
  sendAnyway(id: string): void {
    const pending = this.state.pending.get(id);
    if (pending?.state !== "conflict" && pending?.error?.code !== "conversation_closed") return;
    const { operation } = pending;
    const insisting = operation.kind === "reply" ? { ...operation, takeOver: true } : operation;
    this.add({ ...again(pending), operation: insisting, epoch: pending.conflict?.epoch ?? pending.epoch });
  }

  discard(id: string): void {
    removePending(this.state, id);
    this.forgetSettled();
    this.tell();
  }

  /** What an event or an answer has settled need not outlive the page. */
  forgetSettled(): void {
    for (const id of this.kept) if (!this.state.pending.has(id)) this.forget(id);
  }

  /** Another agent's session: what is pending stays kept for the one who did it. */
  leave(): void {
    this.kept.clear();
    for (const id of [...this.state.pending.keys()]) removePending(this.state, id);
  }

  stop(): void {
    this.stopped = true;
  }

  private async run(conversationId: Id): Promise<void> {
    this.busy.add(conversationId);
    let delay = 0;
    for (;;) {
      const next = pendingOf(this.state, conversationId).find((each) => each.state === "waiting");
      if (!next || delay > 0 || this.stopped) break;
      delay = await this.send(next);
    }
    this.busy.delete(conversationId);
    if (delay > 0) void this.wait(delay).then(() => this.kick());
  }

  /** Returns how long to wait before the next try, or 0. */
  private async send(pending: Pending): Promise<number> {
    this.set({ ...pending, state: "sending" });
    try {
      const done = await this.server.carryOut(pending);
      this.failures.delete(pending.conversationId);
      await this.accepted(pending, done);
      return 0;
    } catch (error) {
      if (!this.state.pending.has(pending.id)) return 0;
      return this.refused(pending, asApiError(error));
    } finally {
      this.tell();
    }
  }

  private async accepted(pending: Pending, { revision, readCount }: Done): Promise<void> {
    this.forget(pending.id);
    if (!this.state.pending.has(pending.id)) return;
    if (readCount !== null) setRead(this.state, pending.conversationId, readCount);
    else if (revision === null) await this.ask(pending.conversationId);
    if (revision === null || revision <= this.state.seq) removePending(this.state, pending.id);
    else setPending(this.state, { ...pending, state: "accepted", revision });
  }

  private refused(pending: Pending, error: ApiError): number {
    if (error.passing) {
      const failures = (this.failures.get(pending.conversationId) ?? 0) + 1;
      this.failures.set(pending.conversationId, failures);
      this.set({ ...pending, state: "waiting" });
      return error.retryAfter ? error.retryAfter * 1000 : Math.min(LONGEST_WAIT, 500 * 2 ** failures) * (0.75 + Math.random() / 2);
    }
    const change = handlerChange(error);
    if (change) this.handlerChanged(pending, change);
    else if (isMoot(pending, error)) this.discard(pending.id);
    else this.set({ ...pending, state: "failed", error: { code: error.code, text: error.message } });
    return 0;
  }

  /** The epoch has moved. If that was my own doing, or nobody answers now, there is no conflict. */
  private handlerChanged(pending: Pending, change: NonNullable<ReturnType<typeof handlerChange>>): void {
    const { operation } = pending;
    const me = this.state.me?.id;
    if (operation.kind === "handler" && operation.handler.kind === "agent" && operation.handler.id === change.handler.id) {
      void this.ask(pending.conversationId).then(() => this.discard(pending.id));
      return;
    }
    const own = change.handler.kind === "none" || (change.handler.kind === "agent" && change.handler.id === me);
    const tries = this.failures.get(pending.id) ?? 0;
    if (own && tries < OWN_CONFLICTS) {
      this.failures.set(pending.id, tries + 1);
      this.set({ ...pending, state: "waiting", epoch: change.epoch });
      return;
    }
    const name = change.name || this.nameOf(change.handler.id);
    this.set({ ...pending, state: "conflict", conflict: { handler: change.handler, name, epoch: change.epoch } });
  }

  private forget(id: string): void {
    this.kept.delete(id);
    this.keep.remove(this.prefix() + id);
  }

  private set(pending: Pending): void {
    if (pending.operation.kind !== "read") {
      this.kept.add(pending.id);
      this.keep.set(this.prefix() + pending.id, JSON.stringify(pending));
    }
    setPending(this.state, pending);
    this.tell();
  }

  private nameOf(id: Id | null): string {
    return (id && (this.state.agents.get(id)?.name ?? this.state.bots.get(id)?.name)) || "";
  }

  private prefix(): string {
    return `harken.pending.${this.state.me?.id ?? ""}.`;
  }
}

/** Nobody need be told: what was read is read elsewhere; what was put aside is awake, by its customer or its time. */
function isMoot({ operation }: Pending, { code, status }: ApiError): boolean {
  return operation.kind === "read" || (operation.kind === "snooze" && (code === "customer_wrote" || status === 422));
}

function again({ error: _error, conflict: _conflict, ...pending }: Pending): Pending {
  return { ...pending, state: "waiting" };
}

function read(text: string | null): Pending | null {
  try {
    return text === null ? null : (JSON.parse(text) as Pending);
  } catch {
    return null;
  }
}

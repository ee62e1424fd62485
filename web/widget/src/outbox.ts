/** What the visitor has said and the server has not confirmed: kept, sent in order, each exactly once.

An entry keeps its id (client_message_id) until a 201 has come, however often it is sent and whatever page sends it; the
server takes each id once. What is refused for good stays visible, to be retried or discarded.
*/

export interface Sendable {
  readonly id: string;
  readonly text: string;
  readonly files: readonly { readonly id: string; readonly name: string; readonly kind: string }[];
  readonly at: string;
  readonly replyTo?: string | null;
  /** The value of the button that it was; the text is its title. */
  readonly pressed?: string;
}

export interface Entry extends Sendable {
  readonly state: "waiting" | "sending" | "refused";
}

/** `final`: sending it again unchanged is of no use. */
export class Refused extends Error {
  constructor(readonly final: boolean, readonly retryAfter = 0) {
    super("refused");
  }
}

export interface Surroundings {
  send(entry: Sendable): Promise<void>;
  keep(id: string, value: string | null): void;
  wait(ms: number): Promise<void>;
  changed(): void;
}

const LONGEST_WAIT = 30_000;

export class Outbox {
  private entries: Entry[] = [];
  private running = false;
  private failures = 0;

  constructor(private readonly around: Surroundings) {}

  get all(): readonly Entry[] {
    return this.entries;
  }

  /** What an earlier page has left, by id. */
  restore(kept: Readonly<Record<string, string>>): void {
    const found = Object.values(kept).flatMap((text) => parsed(text) ?? []);
    const fresh = found.filter((each) => !this.entries.some((entry) => entry.id === each.id));
    this.entries = [...fresh, ...this.entries].sort((one, other) => (one.at < other.at ? -1 : 1));
    this.around.changed();
    void this.run();
  }

  add(entry: Sendable): void {
    this.around.keep(entry.id, JSON.stringify(entry));
    this.entries = [...this.entries, { ...entry, state: "waiting" }];
    this.around.changed();
    void this.run();
  }

  retry(id: string): void {
    this.mark(id, "waiting");
    void this.run();
  }

  /** It is confirmed (by an answer, or seen in the thread), or not wanted any more. */
  drop(id: string): void {
    if (!this.entries.some((each) => each.id === id)) return;
    this.entries = this.entries.filter((each) => each.id !== id);
    this.around.keep(id, null);
    this.around.changed();
  }

  /** The visitor is another one. */
  clear(): void {
    for (const { id } of this.entries) this.drop(id);
  }

  /** Sends what waits, one after the other. Also called when the network is back. */
  async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    for (;;) {
      const next = this.entries.find((each) => each.state === "waiting");
      if (!next || !(await this.sent(next))) break;
    }
    this.running = false;
  }

  private async sent(entry: Entry): Promise<boolean> {
    this.mark(entry.id, "sending");
    try {
      const { state: _state, ...sendable } = entry;
      await this.around.send(sendable);
      this.failures = 0;
      this.drop(entry.id);
      return true;
    } catch (error) {
      const refused = error instanceof Refused ? error : new Refused(false);
      this.mark(entry.id, refused.final ? "refused" : "waiting");
      if (refused.final) return true;
      this.failures += 1;
      const pause = refused.retryAfter || Math.min(LONGEST_WAIT, 500 * 2 ** this.failures);
      void this.around.wait(pause).then(() => this.run());
      return false;
    }
  }

  private mark(id: string, state: Entry["state"]): void {
    this.entries = this.entries.map((each) => (each.id === id ? { ...each, state } : each));
    this.around.changed();
  }
}

function parsed(text: string): Entry | null {
  try {
    return { ...(JSON.parse(text) as Sendable), state: "waiting" };
  } catch {
    return null;
  }
}

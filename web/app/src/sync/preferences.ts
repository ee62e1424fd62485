/** My preferences: what I change shows at once and is carried out behind it, through offline days and reloads too. */

import { asApiError } from "../api/errors";
import type { Preferences, Server } from "../api/server";
import type { Me } from "../api/types";
import type { Keep } from "./keep";
import type { State } from "./state";

const RETRY_AFTER = 5_000;

export class MyPreferences {
  /** What the server has not confirmed: what is being sent, and what has changed since. */
  private sending: Preferences | null = null;
  private waiting: Preferences | null = null;
  private shown: Me | null = null;
  private stopped = false;
  private shownFor: Me | null = null;

  constructor(
    private readonly state: State,
    private readonly server: Server,
    private readonly keep: Keep,
    private readonly wait: (ms: number) => Promise<void>,
    private readonly changed: () => void,
    private readonly refused: (text: string) => void,
  ) {}

  /** Me, with everything I have set. The same object until something changes. */
  get me(): Me | null {
    const { me } = this.state;
    if (!me || (!this.sending && !this.waiting)) return me;
    if (this.shownFor !== me || !this.shown) {
      this.shown = { ...me, preferences: merged(me.preferences, { ...this.sending, ...this.waiting }) };
      this.shownFor = me;
    }
    return this.shown;
  }

  set(patch: Preferences): void {
    this.waiting = { ...this.waiting, ...patch };
    this.write();
    void this.carryOut();
  }

  /** What an earlier page has left behind. */
  restore(): void {
    const text = this.keep.get(this.key());
    if (text === null) return;
    this.waiting = { ...(JSON.parse(text) as Preferences), ...this.waiting };
    this.write();
    void this.carryOut();
  }

  /** Another agent's session: what is not confirmed stays kept for the one who set it. */
  leave(): void {
    this.waiting = null;
    this.shown = null;
  }

  stop(): void {
    this.stopped = true;
  }

  /** Sends what waits, now. */
  kick(): void {
    void this.carryOut();
  }

  private async carryOut(): Promise<void> {
    if (this.sending || !this.waiting || this.stopped || this.state.stale) return;
    [this.sending, this.waiting] = [this.waiting, null];
    const before = this.state.me;
    try {
      const preferences = await this.server.setPreferences(this.sending);
      // An event or a snapshot that came meanwhile is followed by the event of this change.
      if (this.state.me && this.state.me === before) this.state.me = { ...this.state.me, preferences };
      this.sending = null;
    } catch (error) {
      const problem = asApiError(error);
      if (problem.passing) this.waiting = { ...this.sending, ...(this.waiting as Preferences | null) };
      else this.refused(problem.message);
      this.sending = null;
      if (problem.passing) {
        void this.wait(RETRY_AFTER).then(() => this.carryOut());
        return;
      }
    }
    this.write();
    void this.carryOut();
  }

  private write(): void {
    this.shown = null;
    const ahead = { ...this.sending, ...this.waiting };
    if (Object.keys(ahead).length > 0) this.keep.set(this.key(), JSON.stringify(ahead));
    else this.keep.remove(this.key());
    this.changed();
  }

  private key(): string {
    return `harken.preferences.${this.state.me?.id ?? ""}`;
  }
}

function merged(preferences: Preferences, patch: Preferences): Preferences {
  return Object.fromEntries(Object.entries({ ...preferences, ...patch }).filter(([, value]) => value !== null));
}

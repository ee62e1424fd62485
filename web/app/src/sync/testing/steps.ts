/** Time under the test's control: everything that waits is a step, and the test chooses which comes next. */

type Step = () => void;

const NEVER = 15_001; // pings and looks that repeat for ever are left out

export class Steps {
  private waiting: Step[] = [];
  private clock = Date.UTC(2026, 0, 1);

  now(): number {
    return (this.clock += 1_000);
  }

  /** Goes on when the test lets it. */
  pause(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  wait(ms: number): Promise<void> {
    return ms >= NEVER || ms === 10_050 ? new Promise(() => undefined) : this.pause();
  }

  /** Lets one of those that wait go on, and everything that follows from it at once. */
  async next(choice: number): Promise<boolean> {
    const [step] = this.waiting.splice(choice % Math.max(1, this.waiting.length), 1);
    step?.();
    await new Promise((resolve) => setImmediate(resolve));
    return step !== undefined;
  }

  /** Takes the one that began to wait last out of the row; returns what lets it go on. */
  holdLast(): () => Promise<boolean> {
    const held = this.waiting.splice(-1, 1);
    return () => {
      this.waiting.push(...held);
      return this.next(this.waiting.length - 1);
    };
  }

  async finish(): Promise<void> {
    await this.next(0);
    for (let steps = 0; this.waiting.length > 0; steps += 1) {
      if (steps > 20_000) throw new Error("it does not come to rest");
      await this.next(0);
    }
  }
}

/** Several tabs of one browser: one of them sounds, and none does while another shows the conversation. */

import { newId } from "../id";

const ASK_MS = 400; // as the service worker: a busy machine answers late
const HELD_MS = 4_000;

type Word = { readonly ask: string; readonly which: string } | { readonly yes: string };

export class ShownElsewhere {
  readonly #channel = new BroadcastChannel("harken-shown");
  readonly #waiting = new Map<string, () => void>();

  /** `shown`: the conversation that somebody looks at in this tab. */
  constructor(shown: () => string | null) {
    this.#channel.onmessage = ({ data }: MessageEvent<Word>) => {
      if ("yes" in data) this.#waiting.get(data.yes)?.();
      else if (shown() === data.which) this.#channel.postMessage({ yes: data.ask } satisfies Word);
    };
  }

  async has(which: string): Promise<boolean> {
    const ask = newId();
    const answer = await new Promise<boolean>((resolve) => {
      this.#waiting.set(ask, () => resolve(true));
      setTimeout(resolve, ASK_MS, false);
      this.#channel.postMessage({ ask, which } satisfies Word);
    });
    this.#waiting.delete(ask);
    return answer;
  }

  close(): void {
    this.#channel.close();
  }
}

/** True in one tab alone for a while. Without locks (an insecure connection) every tab is the first. */
export async function firstOfTabs(name: string): Promise<boolean> {
  if (!navigator.locks) return true;
  return new Promise((resolve) => {
    void navigator.locks.request(`told ${name}`, { ifAvailable: true }, async (lock) => {
      resolve(lock !== null);
      if (lock) await new Promise((over) => setTimeout(over, HELD_MS));
    });
  });
}

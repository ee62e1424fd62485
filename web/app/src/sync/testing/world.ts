/** A store, its model server and the network between them, where everything takes as long as the test wants. */

import { memoryArchive } from "../archive";
import { memoryKeep, type Keep } from "../keep";
import type { Socket, SocketListener, Surroundings } from "../live";
import { Store } from "../store";
import { ModelServer } from "./model";
import { behindNetwork } from "./network";
import { Steps } from "./steps";

type Trouble = "none" | "repeat" | "skip" | "cut";

export class World {
  readonly steps = new Steps();
  readonly keep: Keep = memoryKeep();
  readonly archive = memoryArchive();
  store: Store;
  /** What happens to the next frame, and whether the next call is lost. */
  trouble: Trouble = "none";
  losing = 0;
  offline = false;
  private ids = 0;
  private closers = new Set<() => void>();

  constructor(readonly model: ModelServer = new ModelServer()) {
    this.store = this.open();
  }

  /** The page is left and opened anew: what is in the store is gone, what is kept is not. */
  reload(): void {
    this.store.stop();
    this.store = this.open();
  }

  async settle(): Promise<void> {
    Object.assign(this, { trouble: "none", losing: 0, offline: false });
    await this.steps.finish();
    this.cut(); // a frame that was lost with none after it is found by the next connection
    await this.steps.finish();
  }

  cut(): void {
    for (const close of [...this.closers]) close();
  }

  private open(): Store {
    const network = behindNetwork(this.model, () => this.steps.pause(), () => this.offline || this.losing-- > 0);
    const around: Surroundings = {
      connect: (since, listener) => this.connect(since, listener),
      wait: (ms) => this.steps.wait(ms),
      now: () => this.steps.now(),
    };
    return new Store(network, this.keep, around, { newId: () => `client-${++this.ids}`, page: 3, reach: 9, room: 2, archive: this.archive });
  }

  private connect(since: number, listener: SocketListener): Socket {
    let open = true;
    const close = () => {
      if (!open) return;
      open = false;
      this.closers.delete(close);
      listener.closed(1006);
    };
    this.closers.add(close);
    void this.serve(since, listener, () => open, close);
    return { send: () => undefined, close: () => void ((open = false), this.closers.delete(close)) };
  }

  private async serve(since: number, listener: SocketListener, isOpen: () => boolean, close: () => void): Promise<void> {
    await this.steps.pause();
    if (!isOpen()) return;
    if (this.offline) return close();
    listener.opened();
    listener.frame(JSON.stringify({ type: "hello", seq: since }));
    let position = since;
    while (isOpen()) {
      const [frame] = this.model.frames(position);
      if (frame === undefined) {
        await new Promise<void>((resolve) => this.model.waiting.push(resolve));
        continue;
      }
      await this.steps.pause();
      if (!isOpen()) return;
      if (frame === "resync") return listener.frame(JSON.stringify({ type: "resync" }));
      position = frame.seq;
      this.deliver(listener, JSON.stringify(frame), close);
    }
  }

  private deliver(listener: SocketListener, text: string, close: () => void): void {
    const trouble = this.trouble;
    this.trouble = "none";
    if (trouble !== "skip" && trouble !== "cut") listener.frame(text);
    if (trouble === "repeat") listener.frame(text);
    if (trouble === "cut") close();
  }
}

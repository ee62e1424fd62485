/** The live socket: stays connected while anybody looks, notices sleep and silence, and resumes where it was.

It knows nothing of what the frames mean. A connection begins with `prepare` (the first time and after a resync: load a
snapshot), then asks for everything since the seq that is known by then.
*/

import type { Ephemeron, Event } from "../api/events";
import type { Connection } from "./model";

export interface SocketListener {
  opened(): void;
  frame(text: string): void;
  closed(code: number): void;
}

export interface Socket {
  send(text: string): void;
  close(): void;
}

export interface Surroundings {
  connect(since: number, listener: SocketListener): Socket;
  wait(ms: number): Promise<void>;
  now(): number;
}

export interface LiveListener {
  /** Loads a snapshot. Raises when that fails for now. */
  prepare(): Promise<void>;
  since(): number;
  event(event: Event): "applied" | "repeated" | "gap" | "stale";
  ephemeron(frame: Ephemeron): void;
  connection(state: Connection): void;
}

type Frame = Event | Ephemeron | { readonly type: "hello"; readonly seq: number } | { readonly type: "resync" } | { readonly type: "pong" };

const PING_EVERY = 20_000;
const SILENCE = 45_000;
const LONGEST_PREPARATION = 40_000;
const LONGEST_GREETING = 20_000;
const LONGEST_WAIT = 15_000;
const SIGNED_OUT = 4003;

export class Live {
  private socket: Socket | null = null;
  private round = 0;
  private failures = 0;
  private prepared = false;
  private heardAt = 0;
  private greeted = false;
  private running = false;

  constructor(
    private readonly around: Surroundings,
    private readonly listener: LiveListener,
  ) {}

  start(): void {
    if (this.running) return;
    this.running = true;
    void this.connect();
  }

  stop(): void {
    this.running = false;
    this.drop();
  }

  /** Loads a snapshot and begins anew. */
  resync(): void {
    this.prepared = false;
    this.reconnect();
  }

  /** Something may have changed outside (the network is back, the lid was opened): look now rather than later. */
  wake(): void {
    if (!this.running) return;
    if (!this.socket || this.around.now() - this.heardAt > SILENCE) return this.reconnect();
    this.socket.send(JSON.stringify({ type: "ping" }));
    const heardAt = this.heardAt;
    const round = this.round;
    void this.around.wait(5_000).then(() => {
      if (round === this.round && this.heardAt === heardAt) this.reconnect();
    });
  }

  send(frame: object): void {
    if (this.failures === 0) this.socket?.send(JSON.stringify(frame));
  }

  private reconnect(): void {
    this.drop();
    this.failures = 0;
    if (this.running) void this.connect();
  }

  private drop(): void {
    this.round += 1;
    this.socket?.close();
    this.socket = null;
  }

  private async connect(): Promise<void> {
    const round = ++this.round;
    this.listener.connection(this.failures > 1 ? "offline" : "connecting");
    try {
      if (!this.prepared) await within(this.around.wait(LONGEST_PREPARATION), this.listener.prepare());
      if (round !== this.round) return;
      this.prepared = true;
    } catch {
      return this.failed(round);
    }
    this.greeted = false;
    this.socket = this.around.connect(this.listener.since(), {
      opened: () => this.opened(round),
      frame: (text) => this.heard(round, text),
      closed: (code) => this.closed(round, code),
    });
    void this.around.wait(LONGEST_GREETING).then(() => {
      if (round === this.round && !this.greeted) this.reconnect();
    });
  }

  private opened(round: number): void {
    if (round !== this.round) return;
    this.heardAt = this.around.now();
    void this.beat(round);
  }

  private heard(round: number, text: string): void {
    if (round !== this.round) return;
    this.heardAt = this.around.now();
    const frame = JSON.parse(text) as Frame;
    if (frame.type === "pong") return;
    if (frame.type === "hello") {
      this.failures = 0;
      this.greeted = true;
      return this.listener.connection("online");
    }
    if (frame.type === "resync") return this.resync();
    if (!("seq" in frame)) return this.listener.ephemeron(frame);
    const outcome = this.listener.event(frame);
    if (outcome === "gap" || outcome === "stale") this.resync();
  }

  private closed(round: number, code: number): void {
    if (round !== this.round) return;
    this.socket = null;
    if (code === SIGNED_OUT) this.prepared = false; // the next snapshot finds out, and asks to sign in
    this.failed(round);
  }

  private failed(round: number): void {
    if (round !== this.round || !this.running) return;
    this.failures += 1;
    this.listener.connection(this.failures > 1 ? "offline" : "connecting");
    const most = Math.min(LONGEST_WAIT, 250 * 2 ** this.failures);
    void this.around.wait(most / 2 + (Math.random() * most) / 2).then(() => {
      if (round === this.round && this.running) void this.connect();
    });
  }

  /** Asks again and again whether anybody is there. A page in the background may come to it late: silence alone says nothing. */
  private async beat(round: number): Promise<void> {
    for (;;) {
      const asked = this.around.now();
      this.socket?.send(JSON.stringify({ type: "ping" }));
      await this.around.wait(PING_EVERY);
      if (round !== this.round || !this.running) return;
      if (this.heardAt < asked) return this.reconnect();
    }
  }
}

async function within<T>(time: Promise<void>, work: Promise<T>): Promise<T> {
  return Promise.race([work, time.then(() => Promise.reject(new Error("no answer")))]);
}

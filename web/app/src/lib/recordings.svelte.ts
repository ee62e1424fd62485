/** What is being recorded: one at a time for the whole page, in whatever conversation one looks meanwhile; kept against a crash. */

import { SvelteMap } from "svelte/reactivity";
import type { Id } from "../api/types";
import { t } from "../i18n";
import { newId } from "./id";
import type { Microphone } from "./recorder";
import { shelf } from "./transfers/shelf";

export type RecordingState = "asking" | "recording" | "paused" | "done" | "failed";

/** At most, in seconds: half an hour is no voice message any more. */
const LONGEST = 1800;
const LEVELS = 64;

export class Recording {
  state = $state<RecordingState>("asking");
  seconds = $state(0);
  /** The last loudnesses, 0 to 1, the newest last. */
  levels = $state.raw<readonly number[]>([]);
  error = $state("");
  /** It was cut off with its page, and found again. */
  recovered = false;
  /** The address that it was begun at. */
  readonly path = location.pathname + location.search;
  id = newId();
  at = Date.now();
  pieces: Blob[] = [];
  type = "audio/webm";
  #microphone: Microphone | null = null;
  #release: (() => void) | null = null;
  #ended = false;

  constructor(
    readonly agent: Id,
    readonly conversation: Id,
    readonly customer: string,
  ) {}

  get active(): boolean {
    return this.state === "asking" || this.state === "recording" || this.state === "paused";
  }

  async start(): Promise<void> {
    this.state = "asking";
    this.error = "";
    try {
      const { openMicrophone } = await import("./recorder");
      const microphone = await openMicrophone();
      if (this.#ended) return microphone.close();
      this.#microphone = microphone;
      this.type = microphone.type;
      microphone.begin({
        piece: (piece) => this.#keep(piece),
        level: (level, seconds) => this.#heard(level, seconds),
        ended: () => void this.finish(), // unplugged
      });
      this.state = "recording";
      this.#hold();
    } catch (error) {
      this.state = "failed";
      this.error = reasonOf(error);
    }
  }

  pause(): void {
    if (this.state !== "recording") return;
    this.#microphone?.pause();
    this.state = "paused";
  }
  resume(): void {
    if (this.state !== "paused") return;
    this.#microphone?.resume();
    this.state = "recording";
  }

  /** What is there so far, to listen to. */
  async sofar(): Promise<Blob> {
    await this.#microphone?.flush();
    return new Blob(this.pieces, { type: this.type });
  }

  /** The end of it; the microphone is let go. */
  async finish(): Promise<File> {
    if (this.state !== "done") {
      const microphone = this.#microphone;
      this.#microphone = null;
      await microphone?.finish();
      this.state = "done";
    }
    const when = new Date(this.at).toISOString().slice(0, 16).replace(/[T:]/gu, "-");
    return new File(this.pieces, `voice-${when}.${this.type.includes("mp4") ? "m4a" : this.type.includes("ogg") ? "ogg" : "webm"}`, { type: this.type });
  }

  /** Nothing of it is kept any more: it was thrown away, or belongs to a message now. */
  end(): void {
    this.#ended = true;
    this.#microphone?.close();
    this.#microphone = null;
    this.#release?.();
    void shelf.removeRecording(this.id);
    if (recordings.of(this.conversation) === this) recordings.forget(this.conversation);
  }

  #keep(piece: Blob): void {
    if (piece.size === 0 || this.#ended) return;
    this.pieces.push(piece);
    const { id, agent, conversation, type, seconds, at, pieces } = this;
    void shelf.putRecording({ id, agent, conversation, type, seconds, at, pieces: [...pieces] });
  }

  #heard(level: number, seconds: number): void {
    this.seconds = seconds;
    this.levels = [...this.levels.slice(1 - LEVELS), level];
    if (seconds < LONGEST || this.state !== "recording") return;
    this.error = t.files.longest;
    void this.finish();
  }

  /** While it goes on here, no other page takes it for one that was cut off. */
  #hold(): void {
    if (!("locks" in navigator)) return;
    void navigator.locks.request(lockOf(this.id), () => new Promise<void>((resolve) => (this.#release = resolve)));
  }
}

const lockOf = (id: string) => `harken.recording.${id}`;

function reasonOf(error: unknown): string {
  if (!isSecureContext) return t.files.insecure;
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return t.files.refused;
  if (name === "NotFoundError" || name === "OverconstrainedError") return t.files.no_microphone;
  if (name === "NotReadableError" || name === "AbortError") return t.files.microphone_busy;
  return t.files.unsupported;
}

const all = new SvelteMap<Id, Recording>();
let looked: Id | null = null;

export const recordings = {
  /** The one that goes on, wherever. */
  get current(): Recording | null {
    for (const each of all.values()) if (each.active) return each;
    return null;
  },
  of: (conversation: Id): Recording | undefined => all.get(conversation),
  forget: (conversation: Id): void => void all.delete(conversation),

  start(agent: Id, conversation: Id, customer: string): Recording {
    const elsewhere = recordings.current;
    const made = new Recording(agent, conversation, customer);
    all.set(conversation, made);
    if (elsewhere && elsewhere !== made) {
      made.state = "failed";
      made.error = t.files.busy_elsewhere;
    } else void made.start();
    return made;
  },

  /** What earlier pages of this agent have left; once. */
  async recover(agent: Id): Promise<void> {
    if (looked === agent) return;
    looked = agent;
    for (const kept of await shelf.recordings(agent)) {
      if (all.has(kept.conversation) || (await held(kept.id))) continue;
      const made = new Recording(agent, kept.conversation, "");
      Object.assign(made, { id: kept.id, at: kept.at, pieces: [...kept.pieces], type: kept.type, seconds: kept.seconds, recovered: true, state: "done" });
      all.set(kept.conversation, made);
    }
  },
};

async function held(id: string): Promise<boolean> {
  if (!("locks" in navigator)) return false;
  return navigator.locks.request(lockOf(id), { ifAvailable: true }, (lock) => lock === null);
}

/** The one player of the page: a recording goes on while one reads elsewhere, and only one plays at a time. */

import type { Attachment, Id } from "../api/types";
import { isLocal, previewOf } from "./transfers/transfers.svelte";

export const SPEEDS = [1, 1.5, 2] as const;
const SPEED_KEY = "harken.player.speed";
/** What every browser plays: the server converts into it when the recording's own type is none of this one's. */
const COMMON = "audio/mp4";

export interface Playing {
  readonly file: Attachment;
  readonly conversation: Id;
  /** The address that it was begun at. */
  readonly path: string;
  /** Who speaks. */
  readonly title: string;
}

class Player {
  playing = $state.raw<Playing | null>(null);
  paused = $state(true);
  position = $state(0);
  /** As the browser has measured it; 0 until it knows. */
  length = $state(0);
  failed = $state(false);
  speed = $state(keptSpeed());
  /** Whether the player is on screen in its message: the bar is for when it is not. */
  inSight = $state(false);
  #audio: HTMLAudioElement | null = null;
  #converted = false;
  /** Where it begins once the browser knows the recording. */
  #start = 0;

  is(id: Id): boolean {
    return this.playing?.file.id === id;
  }

  toggle(what: Playing): void {
    if (!this.is(what.file.id)) this.#load(what, 0);
    if (this.paused) this.play();
    else this.pause();
  }

  play(): void {
    const audio = this.#audio;
    if (!audio) return;
    audio.playbackRate = this.speed;
    void audio.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === "NotSupportedError") this.#convert();
    });
  }

  pause(): void {
    this.#audio?.pause();
  }

  /** In seconds; of a recording that does not play yet, too. */
  seek(what: Playing, to: number): void {
    if (!this.is(what.file.id)) this.#load(what, to);
    else if (this.#audio) this.#audio.currentTime = to;
    this.#start = to;
    this.position = to;
  }

  faster(): void {
    const at = SPEEDS.indexOf(this.speed as (typeof SPEEDS)[number]);
    this.speed = SPEEDS[(at + 1) % SPEEDS.length]!;
    if (this.#audio) this.#audio.playbackRate = this.speed;
    try {
      localStorage.setItem(SPEED_KEY, String(this.speed));
    } catch {
      // as fast as before, next time
    }
  }

  close(): void {
    this.pause();
    this.#audio?.removeAttribute("src");
    this.#audio = null;
    this.playing = null;
  }

  #load(what: Playing, from: number): void {
    this.pause();
    this.paused = true; // what tells it is no longer listened to
    const { type, details } = what.file;
    const local = previewOf(what.file.id);
    const audio = (this.#audio = new Audio());
    this.playing = what;
    this.failed = false;
    this.position = from;
    this.length = typeof details.duration === "number" ? details.duration : 0;
    this.#converted = !local && !isLocal(what.file.id) && audio.canPlayType(playable(type)) === "";
    audio.preload = "auto";
    audio.src = local ?? `/files/${what.file.id}${this.#converted ? `?as=${COMMON}` : ""}`;
    this.#start = from;
    this.#follow(audio);
  }

  #follow(audio: HTMLAudioElement): void {
    const current = () => this.#audio === audio;
    const on = (name: string, does: () => void) => audio.addEventListener(name, () => current() && does());
    on("play", () => (this.paused = false));
    on("pause", () => (this.paused = true));
    on("timeupdate", () => (this.position = audio.currentTime));
    on("durationchange", () => Number.isFinite(audio.duration) && audio.duration > 0 && (this.length = audio.duration));
    on("loadedmetadata", () => this.#start > 0 && (audio.currentTime = this.#start));
    on("ended", () => {
      this.position = 0;
      this.paused = true;
    });
    on("error", () => this.#convert());
  }

  /** What the browser cannot play is asked for in the type that all of them play; once. */
  #convert(): void {
    const { playing } = this;
    if (!playing || !this.#audio) return;
    if (this.#converted || isLocal(playing.file.id)) {
      this.failed = true;
      this.paused = true;
      return;
    }
    this.#converted = true;
    const audio = (this.#audio = new Audio(`/files/${playing.file.id}?as=${COMMON}`));
    this.#start = this.position;
    this.#follow(audio);
    this.play();
  }
}

/** `canPlayType` wants the codec named for Opus in Ogg; Safari says no without. */
function playable(type: string): string {
  return type === "audio/ogg" ? 'audio/ogg; codecs="opus"' : type;
}

function keptSpeed(): number {
  try {
    const kept = Number(localStorage.getItem(SPEED_KEY));
    return SPEEDS.find((speed) => speed === kept) ?? 1;
  } catch {
    return 1;
  }
}

export const player = new Player();

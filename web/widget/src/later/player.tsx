/** A recording: play, its waveform as a slider, and how fast. One plays at a time. */

import "./style";
import { useEffect, useRef, useState } from "preact/hooks";
import { barsOf, stepped } from "../../../app/src/lib/waves";
import { Icon } from "../icons";
import { clock, word } from "./words";

const BARS = 28;
const SPEEDS = [1, 1.5, 2];
let playing: HTMLAudioElement | null = null;
let speed = 1;

export interface Recording {
  readonly url: string;
  readonly duration: number;
  readonly peaks: readonly number[];
  readonly label: string;
}

export default function Player({ url, duration, peaks, label }: Recording) {
  const audio = useRef<HTMLAudioElement>(null);
  const [at, move] = useState(0);
  const [measured, measure] = useState(0);
  const [paused, pause] = useState(true);
  const [broken, fail] = useState(false);
  const [rate, setRate] = useState(speed);
  const length = duration || measured;
  const heard = length ? at / length : 0;
  useEffect(() => () => audio.current?.pause(), []);

  const toggle = () => {
    const here = audio.current;
    if (!here) return;
    if (!here.paused) return here.pause();
    if (playing !== here) playing?.pause();
    playing = here;
    here.playbackRate = speed;
    setRate(speed);
    void here.play().catch((error: unknown) => fail(!(error instanceof DOMException && error.name === "AbortError")));
  };
  const seek = (to: number) => {
    if (audio.current) audio.current.currentTime = to;
    move(to);
  };
  const faster = () => {
    speed = SPEEDS[(SPEEDS.indexOf(speed) + 1) % SPEEDS.length] ?? 1;
    if (playing) playing.playbackRate = speed;
    setRate(speed);
  };
  const keys = (event: KeyboardEvent) => {
    const to = event.ctrlKey || event.metaKey || event.altKey ? null : stepped(event.key, at, length);
    if (event.key === " " || event.key === "Enter") toggle();
    else if (to === null) return;
    else seek(to);
    event.preventDefault();
  };
  const points = (event: PointerEvent) => {
    const wave = event.currentTarget as HTMLElement;
    if (event.type === "pointerdown") wave.setPointerCapture(event.pointerId);
    if (!wave.hasPointerCapture(event.pointerId) || !length) return;
    const box = wave.getBoundingClientRect();
    seek(Math.max(0, Math.min(1, (event.clientX - box.left) / box.width)) * length);
  };

  return (
    <div class="player" role="group" aria-label={label}>
      <button type="button" class="go" aria-label={paused ? word().play : word().pause} onClick={toggle}><Icon name={paused ? "play" : "pause"} /></button>
      <span
        class="wave" role="slider" tabIndex={0} aria-label={word().position} aria-valuemin={0} aria-valuemax={Math.round(length)} aria-valuenow={Math.round(at)} aria-valuetext={`${clock(at)} / ${clock(length)}`}
        onKeyDown={keys} onPointerDown={points} onPointerMove={points}
      >
        {barsOf(peaks, BARS).map((height, bar) => <i class={(bar + 0.5) / BARS <= heard ? "heard" : ""} style={{ blockSize: `${height * 100}%` }} />)}
      </span>
      <time>{broken ? "–" : clock(at > 0 ? at : length)}</time>
      {(!paused || at > 0) && <button type="button" class="rate" aria-label={word().speed.replace("{speed}", `${rate}×`)} onClick={faster}>{rate}×</button>}
      {broken && <span class="bad" role="alert">{word().broken}</span>}
      <audio
        ref={audio} src={url} preload={duration ? "none" : "metadata"} hidden
        onTimeUpdate={({ currentTarget }) => move(currentTarget.currentTime)}
        onDurationChange={({ currentTarget }) => Number.isFinite(currentTarget.duration) && measure(currentTarget.duration)}
        onPlay={() => pause(false)} onPause={() => pause(true)} onEnded={() => seek(0)} onError={() => fail(true)}
      />
    </div>
  );
}

/** Recording in the place of the field: time and level, pause, listen, discard, send. Where there is no microphone, a recording is attached. */

import "./style";
import { useEffect, useRef, useState } from "preact/hooks";
import { openMicrophone, type Microphone } from "../../../app/src/lib/recorder";
import { Icon } from "../icons";
import Player from "./player";
import { clock, word } from "./words";

const LEVELS = 40;
const LONGEST = 1800; // seconds

export default function Recorder({ onSend, onClose }: { readonly onSend: (file: File) => void; readonly onClose: () => void }) {
  const microphone = useRef<Microphone | null>(null);
  const pieces = useRef<Blob[]>([]);
  const first = useRef<HTMLButtonElement>(null);
  const [stage, go] = useState<"asking" | "recording" | "paused" | "denied" | "missing">("asking");
  const [seconds, count] = useState(0);
  const [levels, hear] = useState<readonly number[]>([]);
  const [heard, listen] = useState("");

  useEffect(() => {
    let gone = false;
    const begin = (opened: Microphone) => {
      if (gone) return opened.close();
      microphone.current = opened;
      opened.begin({
        piece: (piece) => void (piece.size > 0 && pieces.current.push(piece)),
        level: (level, time) => {
          count(time);
          hear((before) => [...before, level].slice(-LEVELS));
          if (time >= LONGEST) void pause();
        },
        ended: () => void pause(),
      });
      go("recording");
      first.current?.focus();
    };
    openMicrophone().then(begin, (error: unknown) => {
      if (!gone) go(error instanceof DOMException && error.name === "NotAllowedError" ? "denied" : "missing");
    });
    return () => ((gone = true), microphone.current?.close());
  }, []);
  useEffect(() => () => URL.revokeObjectURL(heard), [heard]);

  const pause = async () => {
    microphone.current?.pause();
    await microphone.current?.flush();
    listen(URL.createObjectURL(said()));
    go("paused");
  };
  const resume = () => {
    microphone.current?.resume();
    listen("");
    go("recording");
  };
  const said = () => new Blob(pieces.current, { type: microphone.current?.type ?? "audio/webm" });
  const send = async () => {
    await microphone.current?.finish();
    const { type } = said();
    onSend(new File([said()], `Voice message.${{ "audio/ogg": "ogg", "audio/mp4": "m4a" }[type] ?? "webm"}`, { type }));
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    onClose();
  };

  const w = word();
  if (stage === "denied" || stage === "missing") {
    return (
      <div class="recorder" role="group" aria-label={w.voice} onKeyDown={keys}>
        <p role="alert">{stage === "denied" ? w.denied : w.noMicrophone}</p>
        <label class="plain" tabIndex={-1}>{w.choose}<input type="file" accept="audio/*" hidden onChange={({ currentTarget: { files } }) => files?.[0] && onSend(files[0])} /></label>
        <button type="button" class="plain" onClick={onClose}>{w.cancel}</button>
      </div>
    );
  }
  return (
    <div class="recorder" role="group" aria-label={w.voice} onKeyDown={keys}>
      <button type="button" class="tool" aria-label={w.discard} title={w.discard} onClick={onClose}><Icon name="bin" /></button>
      {stage === "paused" ? <Player url={heard} duration={seconds} peaks={levels} label={w.listen} /> : (
        <>
          {stage === "recording" && <span class="dot" aria-hidden="true" />}
          <time role="timer" aria-label={w.recording}>{clock(seconds)}</time>
          {stage === "asking" ? <span class="level">{w.asking}</span> : <span class="level" aria-hidden="true">{levels.map((level) => <i style={{ blockSize: `${level * 100}%` }} />)}</span>}
        </>
      )}
      <button ref={first} type="button" class="tool" aria-label={stage === "paused" ? w.resume : w.pause} title={stage === "paused" ? w.resume : w.pause} disabled={stage === "asking"} onClick={() => (stage === "paused" ? resume() : void pause())}>
        <Icon name={stage === "paused" ? "mic" : "pause"} />
      </button>
      <button type="button" class="send" aria-label={w.sendVoice} title={w.sendVoice} disabled={stage === "asking" || seconds < 0.3} onClick={() => void send()}><Icon name="up" /></button>
    </div>
  );
}

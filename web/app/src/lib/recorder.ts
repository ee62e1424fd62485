/** The microphone: opened when it is asked for, heard, recorded, and let go. Loaded when first used. */

export interface Ears {
  readonly piece: (piece: Blob) => void;
  /** Ten times a second: how loud it is (0 to 1) and how long it has been going. */
  readonly level: (level: number, seconds: number) => void;
  readonly ended: () => void;
}

export interface Microphone {
  readonly type: string;
  begin(ears: Ears): void;
  pause(): void;
  resume(): void;
  /** All that was said until now has been told as pieces. */
  flush(): Promise<void>;
  finish(): Promise<void>;
  close(): void;
}

const TYPES = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4", "audio/webm"];
const PIECE_MS = 1_000;
const LOOK_MS = 100;
const SPEECH_BITS = 48_000;

/** Raises the browser's own DOMException when it may not be used or there is none. */
export async function openMicrophone(): Promise<Microphone> {
  if (typeof MediaRecorder === "undefined" || !navigator.mediaDevices) throw new Error("nothing to record with");
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true } });
  const found = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
  const recorder = new MediaRecorder(stream, { ...(found ? { mimeType: found } : {}), audioBitsPerSecond: SPEECH_BITS });
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(stream).connect(analyser);
  const wave = new Float32Array(analyser.fftSize);
  let spoken = 0;
  let since: number | null = null;
  let looking: ReturnType<typeof setInterval> | undefined;

  const seconds = () => (spoken + (since === null ? 0 : performance.now() - since)) / 1000;
  const settle = () => {
    if (since !== null) spoken += performance.now() - since;
    since = null;
  };
  const close = () => {
    clearInterval(looking);
    settle();
    if (recorder.state !== "inactive") recorder.stop();
    for (const track of stream.getTracks()) track.stop();
    if (context.state !== "closed") void context.close();
  };
  return {
    type: (recorder.mimeType || found || "audio/webm").split(";")[0]!,
    begin: ({ piece, level, ended }) => {
      recorder.ondataavailable = ({ data }) => piece(data);
      stream.getTracks()[0]?.addEventListener("ended", ended);
      recorder.start(PIECE_MS);
      since = performance.now();
      looking = setInterval(() => {
        if (recorder.state !== "recording") return;
        analyser.getFloatTimeDomainData(wave);
        level(loudness(wave), seconds());
      }, LOOK_MS);
    },
    pause: () => {
      recorder.pause();
      settle();
    },
    resume: () => {
      recorder.resume();
      since = performance.now();
    },
    flush: () => told(recorder, "dataavailable", () => recorder.requestData()),
    finish: async () => {
      await told(recorder, "stop", () => recorder.stop());
      close();
    },
    close,
  };
}

/** After `act`, once the recorder has said so. */
function told(recorder: MediaRecorder, event: "dataavailable" | "stop", act: () => void): Promise<void> {
  if (recorder.state === "inactive") return Promise.resolve();
  return new Promise((resolve) => {
    recorder.addEventListener(event, () => queueMicrotask(resolve), { once: true });
    act();
  });
}

/** The root of the mean square, on a scale on which speech fills the meter. */
export function loudness(wave: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < wave.length; at++) sum += wave[at]! ** 2;
  const decibels = 20 * Math.log10(Math.sqrt(sum / Math.max(1, wave.length)) || 1e-6);
  return Math.max(0, Math.min(1, (decibels + 60) / 50));
}

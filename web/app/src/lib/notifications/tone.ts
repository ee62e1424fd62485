/** The short tone, made here: two soft notes. Browsers let it sound once somebody has clicked or typed on the page. */

let context: AudioContext | null = null;

export async function playTone(): Promise<void> {
  context ??= new AudioContext();
  if (context.state === "suspended") await context.resume().catch(() => undefined);
  if (context.state !== "running") return;
  note(context, 659.3, 0);
  note(context, 880, 0.11);
}

function note(audio: AudioContext, pitch: number, after: number): void {
  const [tone, volume, begin] = [audio.createOscillator(), audio.createGain(), audio.currentTime + after];
  tone.type = "sine";
  tone.frequency.value = pitch;
  volume.gain.setValueAtTime(0.0001, begin);
  volume.gain.exponentialRampToValueAtTime(0.12, begin + 0.015);
  volume.gain.exponentialRampToValueAtTime(0.0001, begin + 0.35);
  tone.connect(volume).connect(audio.destination);
  tone.start(begin);
  tone.stop(begin + 0.4);
}

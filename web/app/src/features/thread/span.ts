/** Which part of a thread is drawn: a stretch of seqs that follows the scrolling, so that 5,000 messages cost no more than 50. Pure. */

/** `to` is Infinity while the stretch ends with the thread. seqs have no gaps. */
export type Span = { readonly from: number; readonly to: number };

/** Drawn at first, added at each edge that comes near, and drawn at most. */
export const FIRST = 30;
export const STEP = 40;
export const MOST = 160;

export const endSpan = (last: number): Span => ({ from: last - FIRST + 1, to: Infinity });

/** What fills a window of this height, and little more: drawn before the first frame. `AROUND` is taken by what is above and below the messages. */
const AROUND = 180;
const MESSAGE = 66;
const onScreen = (height: number): number => Math.min(FIRST, Math.max(6, Math.ceil((height - AROUND) / MESSAGE)));

/** The first part of `endSpan`. */
export const endFirst = (last: number, height: number): Span => ({ from: last - onScreen(height) + 1, to: Infinity });

/** The first part of `spanAround`: `seq` stands in the upper half of the screen. */
export function firstAround(seq: number, last: number, height: number): Span {
  const to = seq + onScreen(height);
  return { from: seq - Math.ceil(onScreen(height) / 2), to: to >= last ? Infinity : to };
}

/** `last`: the newest seq that is loaded. */
export function spanAround(seq: number, last: number): Span {
  const to = seq + FIRST;
  return { from: seq - FIRST, to: to >= last ? Infinity : to };
}

/** More at the beginning; what is far below is let go. */
export function earlier(span: Span, last: number): Span {
  const from = span.from - STEP;
  return { from, to: Math.min(span.to, last) - from >= MOST ? from + MOST - 1 : span.to };
}

/** More at the end; what is far above is let go. */
export function later(span: Span, last: number): Span {
  if (span.to >= last) return { ...span, to: Infinity };
  const to = span.to + STEP;
  return { from: Math.max(span.from, Math.min(to, last) - MOST + 1), to: to >= last ? Infinity : to };
}

/** New ones have come while the end was shown: as long as before. */
export function trimmed(span: Span, last: number): Span {
  return span.to === Infinity && last - span.from >= MOST ? { from: last - STEP + 1, to: Infinity } : span;
}

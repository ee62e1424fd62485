/** The list never moves under the pointer or the focus: what changed waits until they leave. Pure. */

/** `fresh`: how many wait; `gone`: rows that stand there and have left the list. */
export type Shown = { ids: readonly string[]; fresh: number; gone: ReadonlySet<string> };

const NONE: ReadonlySet<string> = new Set();

export const asItIs = (ids: readonly string[]): Shown => ({ ids, fresh: 0, gone: NONE });

/**
 * The order to show while held: what stood there stays where it was; what comes after its last row (an older page)
 * is appended; what is new elsewhere or has moved waits, and is counted.
 *
 * Pages arrive while one scrolls through a hundred thousand rows: only the part in which the two differ is looked at closely.
 */
export function held(frozen: readonly string[], current: readonly string[]): Shown {
  const from = sameFrom(frozen, current);
  if (from === frozen.length) return asItIs(current);
  const [stood, now, below] = between(frozen, current, from) ?? apart(frozen, current, from);
  const places = new Map(stood.map((id, place) => [id, place]));
  const kept = now.map((id) => places.get(id)).filter((place) => place !== undefined);
  const there = new Set(now);
  return { ids: [...frozen, ...below], fresh: now.length - longestRise(kept), gone: new Set(stood.filter((id) => !there.has(id))) };
}

/** How many rows both begin with. */
function sameFrom(frozen: readonly string[], current: readonly string[]): number {
  const most = Math.min(frozen.length, current.length);
  let at = 0;
  while (at < most && frozen[at] === current[at]) at++;
  return at;
}

/** What stood there, what stands there now, and what is below both. */
type Parts = readonly [stood: readonly string[], now: readonly string[], below: readonly string[]];

/** Between what is the same before and behind; null when the last row is not the last any more. */
function between(frozen: readonly string[], current: readonly string[], from: number): Parts | null {
  const last = current.lastIndexOf(frozen.at(-1)!);
  if (last < from) return null;
  const below = current.slice(last + 1);
  let [ends, end] = [frozen.length, last + 1];
  for (; ends > from && end > from && frozen[ends - 1] === current[end - 1]; ends--) end--;
  const stood = frozen.slice(from, ends);
  const known = new Set(stood);
  return below.some((id) => known.has(id)) ? null : [stood, current.slice(from, end), below];
}

function apart(frozen: readonly string[], current: readonly string[], from: number): Parts {
  const stood = frozen.slice(from);
  const known = new Set(stood);
  const end = Math.max(from, current.findLastIndex((id) => known.has(id)) + 1);
  return [stood, current.slice(from, end), current.slice(end)];
}

/** How many of these may stay where they are: the longest rising subsequence. The others have moved. */
function longestRise(places: readonly number[]): number {
  const tails: number[] = [];
  for (const place of places) {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (tails[middle]! < place) low = middle + 1;
      else high = middle;
    }
    tails[low] = place;
  }
  return tails.length;
}

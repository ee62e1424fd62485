/** The list never moves under the pointer or the focus: what changed waits until they leave. Pure. */

/** `fresh`: how many wait; `gone`: rows that stand there and have left the list. */
export type Shown = { ids: readonly string[]; fresh: number; gone: ReadonlySet<string> };

const NONE: ReadonlySet<string> = new Set();

export const asItIs = (ids: readonly string[]): Shown => ({ ids, fresh: 0, gone: NONE });

/**
 * The order to show while held: what stood there stays where it was; what comes after its last row (an older page)
 * is appended; what is new elsewhere or has moved waits, and is counted.
 *
 * There may be a hundred thousand rows and many events a second: what follows the same row as before is only compared, where
 * a row stood is looked up for those that have moved, and while nothing comes below them `ids` are `frozen` itself.
 */
export function held(frozen: readonly string[], current: readonly string[]): Shown {
  if (frozen.length === 0 || frozen === current) return asItIs(current);
  const places = placesOf(frozen);
  let end = current.length;
  while (end > 0 && !places.has(current[end - 1]!)) end -= 1;
  const ids = end < current.length ? [...frozen, ...current.slice(end)] : frozen;

  let from = 0;
  while (from < end && frozen[from] === current[from]) from += 1; // beyond the last of `frozen` nothing is the same
  let stood = frozen.length;
  while (end > from && stood > from && frozen[stood - 1] === current[end - 1]) [end, stood] = [end - 1, stood - 1];

  const kept = new Int32Array(end - from);
  let count = 0;
  for (let at = from, next = from; at < end; at++) {
    const place = frozen[next] === current[at] ? next : places.get(current[at]!);
    if (place === undefined) continue;
    kept[count++] = place;
    next = place + 1;
  }
  const known = kept.subarray(0, count);
  return { ids, fresh: end - from - longestRise(known), gone: count === stood - from ? NONE : missing(frozen, from, stood, known) };
}

const remembered = new WeakMap<readonly string[], ReadonlyMap<string, number>>();

function placesOf(frozen: readonly string[]): ReadonlyMap<string, number> {
  let places = remembered.get(frozen);
  if (!places) remembered.set(frozen, (places = new Map(frozen.map((id, place) => [id, place]))));
  return places;
}

/** Of the rows from `from` to `to`, those whose place is not among the known. */
function missing(frozen: readonly string[], from: number, to: number, known: Int32Array): Set<string> {
  const there = new Uint8Array(to - from);
  for (const place of known) there[place - from] = 1;
  const gone = new Set<string>();
  for (let at = 0; at < there.length; at++) if (there[at] === 0) gone.add(frozen[from + at]!);
  return gone;
}

/** How many of these may stay where they are: the longest rising subsequence. The others have moved. */
function longestRise(places: Int32Array): number {
  const tails = new Int32Array(places.length);
  let length = 0;
  for (const place of places) {
    let low = length;
    if (length > 0 && tails[length - 1]! > place) {
      low = 0;
      for (let high = length; low < high; ) {
        const middle = (low + high) >> 1;
        if (tails[middle]! < place) low = middle + 1;
        else high = middle;
      }
    }
    tails[low] = place;
    if (low === length) length += 1;
  }
  return length;
}

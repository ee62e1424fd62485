/** The list never moves under the pointer or the focus: what changed waits until they leave. Pure. */

export type Shown = { ids: readonly string[]; fresh: number };

/**
 * The order to show while held: what stood there stays where it was; what comes after its last row (an older page)
 * is appended; what is new elsewhere or has moved waits, and is counted.
 */
export function held(frozen: readonly string[], current: readonly string[]): Shown {
  const stands = new Set(frozen);
  let last = -1;
  for (let index = current.length - 1; index >= 0 && last < 0; index--) if (stands.has(current[index]!)) last = index;
  const appended = frozen.length === 0 ? current : current.slice(last + 1);
  if (frozen.length === 0) return { ids: appended, fresh: 0 };
  const places = new Map(frozen.map((id, place) => [id, place]));
  const now = current.slice(0, last + 1).map((id) => places.get(id));
  const known = now.filter((place) => place !== undefined);
  return { ids: [...frozen, ...appended], fresh: now.length - longestRise(known) };
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

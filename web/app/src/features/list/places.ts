/** How far each list was scrolled: kept for going back, and for a reload of this tab. */

const KEY = "list-places";
const MOST = 40;
/** A list that was scrolled further than this begins at its end of what is loaded: it would take too long to come back. */
export const MOST_RESTORED = 1_000;
const known = new Map<string, number>(read());
let waiting = false;
globalThis.addEventListener?.("pagehide", write);

export function placeOf(list: string): number {
  return known.get(list) ?? 0;
}

export function keepPlace(list: string, offset: number): void {
  known.delete(list);
  known.set(list, Math.round(offset));
  if (waiting) return;
  waiting = true;
  setTimeout(write, 500);
}

function write(): void {
  waiting = false;
  try {
    sessionStorage.setItem(KEY, JSON.stringify([...known].slice(-MOST)));
  } catch {
    // a browser that keeps nothing: the page still remembers
  }
}

function read(): [string, number][] {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "[]") as [string, number][];
  } catch {
    return [];
  }
}

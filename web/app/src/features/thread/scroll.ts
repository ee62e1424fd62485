/** Where each thread was left: the message at the top of the screen, for going back and for a reload of this tab. Absent: at its end. */

/** `id`: of that message; `offset`: its top, from the top of the screen. */
export type Place = { readonly id: string; readonly offset: number };

const KEY = "thread-places";
const MOST = 60;
const known = new Map<string, Place>(read());
let waiting = false;

export function placeOf(conversation: string): Place | null {
  return known.get(conversation) ?? null;
}

export function keepPlace(conversation: string, place: Place | null): void {
  if (!known.delete(conversation) && !place) return;
  if (place) known.set(conversation, place);
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

function read(): [string, Place][] {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "[]") as [string, Place][];
  } catch {
    return [];
  }
}

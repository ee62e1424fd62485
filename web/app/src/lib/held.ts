/** The list never moves under the pointer or the focus: what changed waits until they leave. Pure. */

export type Shown = { ids: readonly string[]; fresh: number };

/**
 * The order to show while held: what stood there stays where it was; what comes after its last row (an older page)
 * is appended; what is new elsewhere waits, and is counted.
 */
export function held(frozen: readonly string[], current: readonly string[]): Shown {
  const stands = new Set(frozen);
  let last = -1;
  for (let index = current.length - 1; index >= 0 && last < 0; index--) if (stands.has(current[index]!)) last = index;
  const appended = frozen.length === 0 ? current : current.slice(last + 1);
  const waiting = frozen.length === 0 ? 0 : current.slice(0, last + 1).filter((id) => !stands.has(id)).length;
  return { ids: [...frozen, ...appended], fresh: waiting };
}

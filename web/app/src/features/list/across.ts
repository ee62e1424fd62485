/** Whether words run against the interface: those in an Arabic thread of an English desk, or the other way round. Pure. */

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/** By the first letter, as `dir="auto"` has it; words without one run as the interface does. `rtl`: the interface's direction. */
export function runsAcross(words: string, rtl: boolean): boolean {
  const first = /\p{L}/u.exec(words.slice(0, 300))?.[0];
  return first !== undefined && RIGHT_TO_LEFT.test(first) !== rtl;
}

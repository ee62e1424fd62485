/** Fuzzy finding: every letter typed, in order; beginnings of words and runs count more. Pure. */

export type Match = { readonly score: number; readonly marks: readonly (readonly [from: number, to: number])[] };

const START = 8;
const RUN = 5;
const LETTER = 1;
const LONGEST = 200;

/** Null when the letters are not all there in order. `marks`: ranges of the text, in UTF-16 units. */
export function match(text: string, wanted: string): Match | null {
  const query = wanted.trim().toLocaleLowerCase();
  if (query === "") return { score: 0, marks: [] };
  const whole = text.slice(0, LONGEST).toLocaleLowerCase();
  const direct = whole.indexOf(query);
  if (direct >= 0) {
    const begins = direct === 0 || /[\s\-_/:.(]/u.test(whole[direct - 1]!);
    return { score: query.length * RUN + (begins ? START * 2 : 0) - direct * 0.01, marks: [[direct, direct + query.length]] };
  }
  return scattered(whole, query);
}

function scattered(whole: string, query: string): Match | null {
  const marks: [number, number][] = [];
  let score = 0;
  let at = 0;
  for (const letter of query) {
    if (/\s/u.test(letter)) continue;
    const found = whole.indexOf(letter, at);
    if (found < 0) return null;
    const last = marks.at(-1);
    const run = last !== undefined && last[1] === found;
    const begins = found === 0 || /[\s\-_/:.(]/u.test(whole[found - 1]!);
    score += LETTER + (begins ? START : run ? RUN : 0) - (found - at) * 0.02;
    if (run) last[1] = found + letter.length;
    else marks.push([found, found + letter.length]);
    at = found + letter.length;
  }
  return marks.length > query.length * 0.7 && query.length > 3 ? null : { score, marks };
}

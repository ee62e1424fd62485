/** Long texts are shown in parts: the first is short, each further one as much as a screen likes to take at once. Pure. */

const FIRST = { lines: 60, characters: 4_000 };
const NEXT = { lines: 400, characters: 20_000 };
/** How far before the limit a better place to cut is looked for. */
const BACK = 200;

/** How much of the text is shown after it was unfolded `times` times; its length when that is all of it. */
export function shownLength(text: string, times: number): number {
  const end = limit(text, FIRST.lines + times * NEXT.lines, FIRST.characters + times * NEXT.characters);
  return end >= text.length ? text.length : clean(text, end);
}

function limit(text: string, lines: number, characters: number): number {
  let at = -1;
  for (let line = 0; line < lines; line += 1) {
    const next = text.indexOf("\n", at + 1);
    if (next < 0 || next >= characters) return characters;
    at = next;
  }
  return at;
}

/** At a line's or a word's end when there is one close by, and never inside of a character. */
function clean(text: string, end: number): number {
  const tail = text.slice(Math.max(0, end - BACK), end);
  const gap = Math.max(tail.lastIndexOf("\n"), tail.lastIndexOf(" "));
  if (text[end] === "\n" || text[end] === " ") return end;
  if (gap > 0) return end - tail.length + gap;
  let at = end;
  while (at > 1 && /[\p{M}\u200d\udc00-\udfff]/u.test(text.charAt(at))) at -= 1;
  return text.charCodeAt(at) >= 0xdc00 && text.charCodeAt(at) <= 0xdfff ? at - 1 : at;
}

/** How people are drawn: initials, and a colour that stays with the id. */

const COLOURS = 6;

export function colourOf(id: string): number {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.codePointAt(0)!) >>> 0;
  return (sum % COLOURS) + 1;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

function first(word: string): string {
  for (const { segment } of graphemes.segment(word)) return segment.toLocaleUpperCase();
  return "";
}

/** Two letters of a name, one character of an ideographic one, "#" for a number. */
export function initials(name: string): string {
  const words = name.trim().split(/[\s._@]+/u).filter((word) => /\p{L}/u.test(word) && !/^(dr|prof|mr|mrs|ms|herr|frau)$/iu.test(word));
  const [head, ...rest] = words;
  if (head === undefined) return "#";
  const letter = first(head.replace(/^[^\p{L}]+/u, ""));
  if (/\p{Script=Han}|\p{Script=Hangul}|\p{Script=Hiragana}|\p{Script=Katakana}/u.test(letter)) return letter;
  const tail = rest.at(-1);
  return tail === undefined ? letter : letter + first(tail.replace(/^[^\p{L}]+/u, ""));
}

export function firstName(name: string): string {
  return name.trim().split(/\s+/u).find((word) => !/^(dr|prof|mr|mrs|ms)\.?$/iu.test(word)) ?? name;
}

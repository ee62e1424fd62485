/** Finding prepared answers while one types: by shortcut, title and body, the best match first, then the most used. Pure.

What can be done before a letter is typed (`foldedText`) is done once for each: a search compares strings and sorts. */

export type Range = readonly [from: number, to: number];
export type Field = "shortcut" | "title" | "body";
export type Text = { readonly [F in Field]: string };

/** `folded` has the same length as the text: a place in one is that place in the other. `order`: among equal matches, and when nothing is typed. */
export interface Entry<T> {
  readonly item: T;
  readonly folded: Text;
  readonly order: number;
}

/** The more, the better: which field has it, and how it lies in it. */
const RANK = {
  exact: 100, shortcutStart: 90, shortcutWord: 80, shortcut: 70, titleStart: 60, titleWord: 55, title: 50, words: 40, shortcutScattered: 30, bodyWord: 20, body: 10, titleScattered: 5,
} as const;

/** Without case and accents, letter by letter, so that ranges stay where they are. */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  const same = lower.length === text.length ? lower : [...text].map((each) => (each.toLowerCase().length === each.length ? each.toLowerCase() : each)).join("");
  return same.replace(/[\u00c0-\u024f\u1e00-\u1eff]/g, (letter) => letter.normalize("NFD").charAt(0));
}

export const foldedText = ({ shortcut, title, body }: Text): Text => ({ shortcut: fold(shortcut), title: fold(title), body: fold(body) });

export const wordsOf = (query: string): string[] => fold(query).split(/\s+/).filter(Boolean);

/** Those that have every word of the query, best first; all of them for an empty one. */
export function find<T>(entries: readonly Entry<T>[], query: string): readonly Entry<T>[] {
  const words = wordsOf(query);
  if (words.length === 0) return entries;
  const ranks: { entry: Entry<T>; rank: number }[] = [];
  for (const entry of entries) {
    const rank = rankOf(entry.folded, words);
    if (rank > 0) ranks.push({ entry, rank });
  }
  return ranks.sort((one, other) => other.rank - one.rank || one.entry.order - other.entry.order).map(({ entry }) => entry);
}

/** 0: not all of the words are there. */
export function rankOf(folded: Text, words: readonly string[]): number {
  if (words.length === 1) return rankOfWord(folded, words[0]!, true);
  let least = Infinity;
  for (const word of words) {
    least = Math.min(least, rankOfWord(folded, word, false));
    if (least === 0) return 0;
  }
  return Math.min(least, RANK.words);
}

function rankOfWord({ shortcut, title, body }: Text, word: string, scattered: boolean): number {
  const inShortcut = shortcut.indexOf(word);
  if (inShortcut === 0) return shortcut.length === word.length ? RANK.exact : RANK.shortcutStart;
  if (inShortcut > 0) return begins(shortcut, inShortcut) ? RANK.shortcutWord : RANK.shortcut;
  const inTitle = title.indexOf(word);
  if (inTitle === 0) return RANK.titleStart;
  if (inTitle > 0) return begins(title, inTitle) ? RANK.titleWord : RANK.title;
  if (scattered && letters(shortcut, word)) return RANK.shortcutScattered;
  const inBody = body.indexOf(word);
  if (inBody >= 0) return begins(body, inBody) ? RANK.bodyWord : RANK.body;
  return scattered && word.length > 2 && letters(title, word) ? RANK.titleScattered : 0;
}

/** Where a field shows why it was found, merged and in order; only asked for what is on screen. */
export function marks(text: string, query: string, field: Field): readonly Range[] {
  const folded = fold(text);
  const found: Range[] = [];
  for (const word of wordsOf(query)) {
    const at = folded.indexOf(word);
    if (at >= 0) found.push([at, at + word.length]);
    else if (field !== "body") found.push(...(letters(folded, word) ?? []));
  }
  return merged(found.sort((one, other) => one[0] - other[0]));
}

/** The text in pieces, for drawing. */
export function pieces(text: string, ranges: readonly Range[]): { readonly text: string; readonly marked: boolean }[] {
  const out: { text: string; marked: boolean }[] = [];
  let at = 0;
  for (const [from, to] of ranges) {
    if (from > at) out.push({ text: text.slice(at, from), marked: false });
    out.push({ text: text.slice(from, to), marked: true });
    at = to;
  }
  if (at < text.length) out.push({ text: text.slice(at), marked: false });
  return out;
}

/** All letters of the word in their order, the first at the beginning of a word; null when they are not. */
function letters(folded: string, word: string): Range[] | null {
  const found: [number, number][] = [];
  let at = 0;
  for (const letter of word) {
    let place = folded.indexOf(letter, at);
    while (found.length === 0 && place > 0 && !begins(folded, place)) place = folded.indexOf(letter, place + 1);
    if (place < 0) return null;
    const last = found.at(-1);
    if (last?.[1] === place) last[1] = place + letter.length;
    else found.push([place, place + letter.length]);
    at = place + letter.length;
  }
  return found;
}

const begins = (text: string, at: number): boolean => at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1]!);

function merged(ranges: readonly Range[]): Range[] {
  const out: [number, number][] = [];
  for (const [from, to] of ranges) {
    const last = out.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else out.push([from, to]);
  }
  return out;
}

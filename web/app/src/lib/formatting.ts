/** The formatting that messages may have, as harken/kit/formatting.py reads it, on the same examples. Pure. */

import type { Formatting } from "../api/types";

export type Mark = Formatting | "link";
export interface Run {
  readonly text: string;
  readonly marks: readonly Mark[];
}

const TOKEN = new RegExp(
  "(?<link>\\bhttps?:\\/\\/[^\\s<>\"`]+[^\\s<>\"`.,;:!?)\\]}'’*_])" +
    "|`(?<code>[^`\\n]+)`" +
    "|\\*\\*(?<bold>[^\\s*](?:[^\\n]*?[^\\s])??)\\*\\*" +
    "|(?<![\\p{L}\\p{N}_])_(?<italic>[^\\s_](?:[^\\n_]*[^\\s_])?)_(?![\\p{L}\\p{N}_])",
  "gu",
);

export function runsOf(text: string, marks: readonly Mark[] = []): Run[] {
  const runs: Run[] = [];
  let at = 0;
  for (const match of text.matchAll(TOKEN)) {
    if (match.index > at) runs.push({ text: text.slice(at, match.index), marks });
    const [mark, inner] = Object.entries(match.groups ?? {}).find(([, found]) => found !== undefined) as [Mark, string];
    if (mark === "code" || mark === "link") runs.push({ text: inner, marks: [...marks, mark] });
    else runs.push(...runsOf(inner, [...marks, mark]));
    at = match.index + match[0].length;
  }
  if (at < text.length) runs.push({ text: text.slice(at), marks });
  return runs;
}

export const isFormatted = (text: string): boolean => runsOf(text).some(({ marks }) => marks.some((mark) => mark !== "link"));
export const plainOf = (text: string): string => runsOf(text).map((run) => run.text).join("");

const SIGNS = { bold: "**", italic: "_", code: "`" } as const;

/** What takes the place of a selection when a mark is put on it, or off it; `inner`: where its words are then, from its start. */
export function marked(text: string, { start, end }: { start: number; end: number }, mark: Formatting): { start: number; end: number; insert: string; inner: { start: number; end: number } } {
  const sign = SIGNS[mark];
  const words = text.slice(start, end);
  const [lead] = /^\s*/u.exec(words)!;
  const [tail] = words.length > lead.length ? /\s*$/u.exec(words)! : [""];
  const from = start + lead.length;
  const to = end - tail.length;
  const core = text.slice(from, to);
  if (text.slice(from - sign.length, from) === sign && text.slice(to, to + sign.length) === sign) {
    return { start: from - sign.length, end: to + sign.length, insert: core, inner: { start: from - sign.length, end: to - sign.length } };
  }
  const insert = sign + core + sign;
  return { start: from, end: to, insert, inner: { start: from + sign.length, end: from + sign.length + core.length } };
}

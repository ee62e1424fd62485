/** The slash that calls a Quick Reply: at the start or after white space, and nowhere else. Pure. */

export type Call = { readonly start: number; readonly end: number; readonly query: string };

const LONGEST = 60;
const CALL = /(?:^|\s)([/\\])([^\s/\\][^\n/\\]*)?$/u;
const TWICE = /(?:^|\s)([/\\])\1$/u;

/** What stands between a calling slash and the caret; null when there is none. In a URL, a date, a path or "and/or" there is none. */
export function callAt(text: string, caret: number): Call | null {
  const match = CALL.exec(text.slice(Math.max(0, caret - LONGEST - 2), caret));
  if (!match || (match.index === 0 && caret > LONGEST + 2 && !/^\s/u.test(match[0]))) return null;
  const query = match[2] ?? "";
  if (query.length > LONGEST) return null;
  return { start: caret - query.length - 1, end: caret, query };
}

/** Two slashes where one would call: they stand for the sign itself. */
export function escapedAt(text: string, caret: number): { readonly start: number; readonly end: number; readonly slash: string } | null {
  const match = TWICE.exec(text.slice(Math.max(0, caret - 3), caret));
  if (!match || (match[0].length === 2 && caret > 2)) return null;
  return { start: caret - 2, end: caret, slash: match[1]! };
}

/** What the icon types: a slash that calls, wherever the caret stands. */
export const callingSlash = (text: string, caret: number): string => (caret === 0 || /\s$/u.test(text.slice(0, caret)) ? "/" : " /");

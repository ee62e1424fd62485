/** What differs between two versions of a bot: setting by setting, and line by line where a setting is text. Pure. */

import type { Settings } from "./kinds";

export interface Version {
  readonly version: number;
  readonly created_by: string | null;
  readonly created_at: string;
  readonly changed: readonly string[];
  readonly same_as: number | null;
}

export interface Line {
  readonly kind: "same" | "gone" | "new";
  readonly text: string;
}

export interface Difference {
  readonly name: string;
  readonly lines: readonly Line[];
}

/** From `before` to `after`; in order of the names. */
export function differences(before: Settings, after: Settings): Difference[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) => {
    const [one, other] = [written(before[name]), written(after[name])];
    return one === other ? [] : [{ name, lines: nearby(compared(lines(one), lines(other))) }];
  });
}

/** As one reads it: text as it stands, everything else as indented JSON. */
export function written(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(sorted(value), null, 2);
}

/** The database keeps no order of names. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, each]) => [name, sorted(each)]));
}

const lines = (text: string): string[] => (text === "" ? [] : text.replace(/\n$/, "").split("\n"));
const MOST = 2_000;

/** The longest common lines stay; beyond MOST lines all is said to be another. */
export function compared(before: readonly string[], after: readonly string[]): Line[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (end < before.length - start && end < after.length - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  const same = (all: readonly string[]): Line[] => all.map((text) => ({ kind: "same", text }));
  const [old, fresh] = [before.slice(start, before.length - end), after.slice(start, after.length - end)];
  return [...same(before.slice(0, start)), ...between(old, fresh), ...same(before.slice(before.length - end))];
}

function between(old: readonly string[], fresh: readonly string[]): Line[] {
  const gone = (text: string): Line => ({ kind: "gone", text });
  const added = (text: string): Line => ({ kind: "new", text });
  if (old.length * fresh.length > MOST * MOST) return [...old.map(gone), ...fresh.map(added)];
  const longest = Array.from({ length: old.length + 1 }, () => new Uint16Array(fresh.length + 1));
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = fresh.length - 1; j >= 0; j--) longest[i]![j] = old[i] === fresh[j] ? longest[i + 1]![j + 1]! + 1 : Math.max(longest[i + 1]![j]!, longest[i]![j + 1]!);
  const found: Line[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < fresh.length) {
    if (i < old.length && j < fresh.length && old[i] === fresh[j]) {
      found.push({ kind: "same", text: old[i]! });
      i++;
      j++;
    } else if (i < old.length && (j === fresh.length || longest[i + 1]![j]! >= longest[i]![j + 1]!)) found.push(gone(old[i++]!));
    else found.push(added(fresh[j++]!));
  }
  return found;
}

/** What differs, with two lines around it; a cut is an empty line of dots. */
function nearby(all: readonly Line[], around = 2): Line[] {
  const kept = all.map((_, at) => all.slice(Math.max(0, at - around), at + around + 1).some(({ kind }) => kind !== "same"));
  return all.flatMap((line, at) => (kept[at] ? [line] : kept[at - 1] || at === 0 ? [{ kind: "same", text: "⋯" } as const] : []));
}

/** Emoji by their shortcodes and their names in the interface's language: what `:smi` finds, and what `:smile:` is. Pure, but for `loadNames`. */

import type { Language } from "../i18n";

export type Named = { readonly emoji: string; readonly codes: readonly string[]; readonly name: string };
export type Word = { readonly start: number; readonly end: number; readonly word: string };
type Known = Named & { readonly words: readonly string[] };

const LOADERS: Record<Language, () => Promise<{ default: string }>> = {
  en: () => import("virtual:emoji-names-en"),
  de: () => import("virtual:emoji-names-de"),
  es: () => import("virtual:emoji-names-es"),
  ar: () => import("virtual:emoji-names-en"), // Unicode's names in Arabic are in no package yet
};

export async function loadNames(language: Language): Promise<Names> {
  return new Names((await LOADERS[language]()).default);
}

/** The `:word` that ends at the caret; null when there is none. It stands at the start or after a space: a time, an address or a bracket's eyes are none. */
export function wordAt(text: string, caret: number): Word | null {
  const match = /(?:^|[\s(])(:[\p{L}\p{M}\p{N}_+-]*)$/u.exec(text.slice(0, caret));
  return match ? { start: caret - match[1]!.length, end: caret, word: match[1]!.slice(1) } : null;
}

/** The `:code:` that ends at the caret. */
export function codeAt(text: string, caret: number): Word | null {
  const match = /(?:^|[\s(])(:[\p{L}\p{M}\p{N}_+-]+:)$/u.exec(text.slice(0, caret));
  return match ? { start: caret - match[1]!.length, end: caret, word: match[1]!.slice(1, -1) } : null;
}

export class Names {
  readonly #all: readonly Known[];
  readonly #codes = new Map<string, string>();

  constructor(lines: string) {
    this.#all = lines.split("\n").map((line) => {
      const [emoji = "", codes = "", name = ""] = line.split("\t");
      return { emoji, codes: codes ? codes.split(" ") : [], name, words: plain(name).split(" ") };
    });
    for (const { emoji, codes, words } of this.#all) {
      this.#codes.set(words.join("_"), emoji);
      for (const code of codes) this.#codes.set(code, emoji);
    }
  }

  /** The emoji of exactly this shortcode. */
  exact(code: string): string | null {
    return this.#codes.get(code.toLowerCase()) ?? this.#codes.get(plain(code).replaceAll(" ", "_")) ?? null;
  }

  /** The best first: a shortcode, then its beginning, then words of the name; among equals the one with less to it. */
  find(word: string, most: number): Named[] {
    const wanted = plain(word);
    if (!wanted) return [];
    const found = this.#all.map((each) => ({ each, rank: rank(each, word.toLowerCase(), wanted.split(" ")) })).filter(({ rank }) => rank < Infinity);
    return found.sort((one, other) => one.rank - other.rank).slice(0, most).map(({ each }) => each);
  }
}

function rank({ codes, words }: Known, code: string, wanted: readonly string[]): number {
  if (codes.includes(code)) return 0;
  const begun = codes.filter((each) => each.startsWith(code)).map((each) => each.length);
  if (begun.length > 0) return 100 + Math.min(...begun);
  if (!wanted.every((each) => words.some((word) => word.startsWith(each)))) return Infinity;
  return (words[0]!.startsWith(wanted[0]!) ? 200 : 300) + words.join(" ").length;
}

/** Lower case, without accents, its words parted by single spaces. */
function plain(text: string): string {
  return text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/[^\p{L}\p{N}+]+/gu, " ").trim();
}

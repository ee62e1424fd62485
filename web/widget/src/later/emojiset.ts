/** The emoji and their names as the build packs them (emojinames.ts). Pure. */

/** `at`: the number of the group in Unicode's order. */
export interface Kind {
  readonly at: number;
  readonly all: readonly (readonly [emoji: string, name: string])[];
}

const MOST_FOUND = 80;

/** A line for each group: its number, and then emoji and name in turns, parted by tabs. Flags of countries have no name: the browser knows it. */
export function kindsOf(lines: string, language: string): Kind[] {
  const regions = new Intl.DisplayNames(language, { type: "region" });
  return lines.split("\n").map((line) => {
    const [at = "", ...rest] = line.split("\t");
    const all: [string, string][] = [];
    for (let each = 0; each + 1 < rest.length; each += 2) all.push([rest[each]!, rest[each + 1] || country(rest[each]!, regions)]);
    return { at: Number(at), all };
  });
}

/** By words' beginnings, the names' first words first. */
export function searched(kinds: readonly Kind[], wanted: string): (readonly [string, string])[] {
  const words = plain(wanted).split(" ");
  const rank = (name: string) => (plain(name).startsWith(words[0] ?? "") ? 0 : 1000) + name.length;
  return kinds
    .flatMap(({ all }) => all)
    .filter(([, name]) => words.every((word) => ` ${plain(name)}`.includes(` ${word}`)))
    .sort(([, one], [, other]) => rank(one) - rank(other))
    .slice(0, MOST_FOUND);
}

function country(emoji: string, regions: Intl.DisplayNames): string {
  const code = [...emoji].map((letter) => String.fromCharCode((letter.codePointAt(0) ?? 0) - 0x1f1e6 + 65)).join("");
  return regions.of(code) ?? code;
}

function plain(text: string): string {
  return text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}


/** What each emoji is called, small enough to be loaded when it is wanted; from the agent app's picker's own data.

`virtual:emoji-names-<language>`: a line is emoji, shortcodes (those of GitHub, which people know by heart), name.
`virtual:emoji-set-<language>`, the widget's: a line is a group, its number and then emoji and name in turns. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

interface Entry {
  readonly emoji: string;
  readonly annotation: string;
  readonly group: number;
  readonly shortcodes?: readonly string[];
}

const NAME = /^virtual:emoji-(names|set)-(en|de|es)$/;
const COUNTRY = /^[\u{1f1e6}-\u{1f1ff}]{2}$/u;
const PARTS = 2; // skin tones and hair, of which others are made
const VARIANT = /\u200d(\u27a1|[\u{1f466}\u{1f467}]$)/u;
const DATA = join(import.meta.dirname, "node_modules/emoji-picker-element-data");

export function emojiNames(): Plugin {
  return {
    name: "emoji-names",
    resolveId: (id) => (NAME.test(id) ? id : null),
    load(id) {
      const [, what, language = ""] = NAME.exec(id) ?? [];
      if (!what) return null;
      return `export default ${JSON.stringify((what === "set" ? groups(language) : names(language)).join("\n"))};`;
    },
  };
}

function read(set: string): Entry[] {
  return JSON.parse(readFileSync(join(DATA, set, "data.json"), "utf8")) as Entry[];
}

function names(language: string): string[] {
  const codes = new Map(read("en/github").map(({ emoji, shortcodes }) => [emoji, shortcodes ?? []]));
  return read(`${language}/cldr`).map(({ emoji, annotation }) => [emoji, (codes.get(emoji) ?? []).join(" "), annotation].join("\t"));
}

/** Flags of countries go without their name: browsers know it. Who is in a family and who looks to the right is left out: it must be small. */
function groups(language: string): string[] {
  const all = read(`${language}/cldr`).filter(({ emoji, group }) => group !== PARTS && !VARIANT.test(emoji));
  return [...new Set(all.map(({ group }) => group))].map((group) => {
    const entries = all.filter((each) => each.group === group).flatMap(({ emoji, annotation }) => [emoji, COUNTRY.test(emoji) ? "" : annotation]);
    return [group, ...entries].join("\t");
  });
}

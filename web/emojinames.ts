/** `virtual:emoji-names-<language>`: what each emoji is called, small enough to be loaded at the first `:`.

A line is emoji, shortcodes (those of GitHub, which people know by heart), name in the language; from the picker's own data. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

interface Entry {
  readonly emoji: string;
  readonly annotation: string;
  readonly shortcodes?: readonly string[];
}

const NAME = /^virtual:emoji-names-(en|de|es)$/;
const DATA = join(import.meta.dirname, "node_modules/emoji-picker-element-data");

export function emojiNames(): Plugin {
  return {
    name: "emoji-names",
    resolveId: (id) => (NAME.test(id) ? id : null),
    load(id) {
      const language = NAME.exec(id)?.[1];
      return language ? `export default ${JSON.stringify(lines(language).join("\n"))};` : null;
    },
  };
}

export function read(set: string): Entry[] {
  return JSON.parse(readFileSync(join(DATA, set, "data.json"), "utf8")) as Entry[];
}

function lines(language: string): string[] {
  const codes = new Map(read("en/github").map(({ emoji, shortcodes }) => [emoji, shortcodes ?? []]));
  return read(`${language}/cldr`).map(({ emoji, annotation }) => [emoji, (codes.get(emoji) ?? []).join(" "), annotation].join("\t"));
}

/** How long a text is for a channel, in the unit that its service counts in, and how many SMS it makes: as harken/port/segments.py, on the same examples. Pure. */

import type { TextUnit } from "../api/types";

const GSM7 = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const EXTENSION = new Set("\f^{}\\[~]|€");

/** `units` of the whole text; `left`: how many more fit into its last SMS. */
export interface Segments {
  readonly encoding: "gsm7" | "ucs2";
  readonly units: number;
  readonly segments: number;
  readonly left: number;
}

export function segmentsOf(text: string): Segments {
  const letters = [...text];
  if (letters.every((letter) => GSM7.has(letter) || EXTENSION.has(letter))) return count("gsm7", letters.map((letter) => (EXTENSION.has(letter) ? 2 : 1)), 160, 153);
  return count("ucs2", letters.map((letter) => letter.length), 70, 67);
}

/** In the unit of a channel's text_limit; for gsm7 in SMS. */
export function lengthOf(text: string, unit: TextUnit): number {
  switch (unit) {
    case "characters":
      return [...text].length;
    case "utf16":
      return text.length;
    case "bytes":
      return new TextEncoder().encode(text).length;
    case "gsm7":
      return segmentsOf(text).segments;
  }
}

function count(encoding: Segments["encoding"], sizes: readonly number[], alone: number, part: number): Segments {
  const units = sizes.reduce((sum, size) => sum + size, 0);
  if (units <= alone) return { encoding, units, segments: units > 0 ? 1 : 0, left: alone - units };
  let [segments, room] = [1, part];
  for (const size of sizes) {
    if (size > room) [segments, room] = [segments + 1, part];
    room -= size;
  }
  return { encoding, units, segments, left: room };
}

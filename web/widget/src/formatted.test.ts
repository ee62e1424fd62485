import { describe, expect, it } from "vitest";
import { formatted } from "./formatted";

/** Elements as <tag>, so that what is text and what is an element can be told apart. */
function shown(parts: unknown): string {
  if (Array.isArray(parts)) return parts.map(shown).join("");
  if (typeof parts !== "object" || parts === null) return String(parts);
  const { type, props } = parts as { type: string; props: { children: unknown } };
  return `[${type}:${shown(props.children)}]`;
}

describe("what an agent has marked", () => {
  it.each([
    ["a **bold _and slanted_** word", "a [b:bold ][b:[i:and slanted]] word"],
    ["`**as it is**` _so_", "[code:**as it is**] [i:so]"],
    ["snake_case_name and 2 ** 3 ** 4", "snake_case_name and 2 ** 3 ** 4"],
    ["<b>no markup</b> **<img src=x onerror=alert(1)>**", "<b>no markup</b> [b:<img src=x onerror=alert(1)>]"],
    ["see https://shop.example/a_b_c.", "see [a:https://shop.example/a_b_c]."],
    ["javascript:alert(1) **x**", "javascript:alert(1) [b:x]"],
    ["**open\nand closed**", "**open\nand closed**"],
  ])("%j", (text, expected) => expect(shown(formatted(text))).toBe(expected));
});

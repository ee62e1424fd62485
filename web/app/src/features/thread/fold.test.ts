import { describe, expect, test } from "vitest";
import { shownLength } from "./fold";

const lines = (count: number) => Array.from({ length: count }, (_, at) => `line ${at}`).join("\n");

describe("a long text", () => {
  test("is whole while it is short", () => {
    expect(shownLength("Hello", 0)).toBe(5);
    expect(shownLength(lines(60), 0)).toBe(lines(60).length);
  });
  test("shows sixty lines at first", () => {
    const text = lines(1_000);
    expect(text.slice(0, shownLength(text, 0)).split("\n")).toHaveLength(60);
  });
  test("of a megabyte is shown in parts, each longer than the one before, none of them huge, until it is all there", () => {
    const text = "Ten words make a line that is not so short. ".repeat(24_000);
    const lengths = Array.from({ length: 60 }, (_, times) => shownLength(text, times));
    expect(lengths[0]).toBeLessThanOrEqual(4_000);
    lengths.slice(1).forEach((length, at) => expect(length - lengths[at]!).toBeLessThanOrEqual(20_400));
    expect(lengths.at(-1)).toBe(text.length);
  });
  test("without a space is cut between characters, never through an emoji", () => {
    for (const shift of ["", "x"]) {
      const text = shift + "😀".repeat(5_000);
      expect(text.slice(0, shownLength(text, 0))).not.toMatch(/[\ud800-\udbff]$/);
    }
  });
  test("of marks without end is cut all the same", () => {
    const text = "a" + "\u0301".repeat(1_000_000);
    expect(shownLength(text, 0)).toBeLessThanOrEqual(4_000);
  });
});

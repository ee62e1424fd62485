import { afterEach, expect, test } from "vitest";
import { de } from "./de";
import { en } from "./en";
import { counted, figuresIn, figureUpTo } from "./many";

afterEach(() => figuresIn("en"));

test("a count stands in a text as its language writes it", () => {
  expect(en.list.selected(12_345)).toContain("12,345");
  figuresIn("de");
  expect(de.list.selected(12_345)).toContain("12.345");
});

test("a number beside a view is grouped, in the figures of the language, and ends where one counts no further", () => {
  expect([figureUpTo(3, Infinity), figureUpTo(100_000, Infinity), figureUpTo(1000, 999)]).toEqual(["3", "100,000", "999+"]);
  figuresIn("ar-EG");
  expect([figureUpTo(12, 99), figureUpTo(1234, Infinity), figureUpTo(100, 99)]).toEqual(["١٢", "١٬٢٣٤", "٩٩+"]);
  figuresIn("de");
  expect(figureUpTo(100_000, Infinity)).toBe("100.000");
});

test("a language with six forms has each of them for its own numbers", () => {
  const forms = { zero: "0", one: "1", two: "2", few: "3-10", many: "11-99", other: "100" };
  expect([0, 1, 2, 5, 11, 100].map((count) => counted("ar", count, forms))).toEqual(Object.values(forms));
});

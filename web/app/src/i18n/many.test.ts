import { afterEach, expect, test } from "vitest";
import { de } from "./de";
import { en } from "./en";
import { figuresIn } from "./many";

afterEach(() => figuresIn("en"));

test("a count stands in a text as its language writes it", () => {
  expect(en.list.selected(12_345)).toContain("12,345");
  figuresIn("de");
  expect(de.list.selected(12_345)).toContain("12.345");
});

import { describe, expect, test } from "vitest";
import examples from "../../../../tests/examples/formatting/formatting.json";
import { marked, plainOf, runsOf } from "./formatting";

describe("formatting", () => {
  test.each(examples)("$name", ({ text, runs }) => {
    expect(runsOf(text)).toEqual(runs);
    expect(plainOf(text)).toBe(runs.map((run) => run.text).join(""));
  });
  test("a mark is put on a selection without its spaces, and off it again", () => {
    const on = marked("say now !", { start: 4, end: 8 }, "bold");
    expect(on).toEqual({ start: 4, end: 7, insert: "**now**", inner: { start: 6, end: 9 } });
    expect(marked("say **now** !", on.inner, "bold")).toEqual({ start: 4, end: 11, insert: "now", inner: { start: 4, end: 7 } });
  });
});

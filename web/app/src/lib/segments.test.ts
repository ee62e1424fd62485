import { describe, expect, test } from "vitest";
import examples from "../../../../tests/examples/segments/segments.json";
import { lengthOf, segmentsOf } from "./segments";

describe("segments", () => {
  test.each(examples.segments)("$name", ({ text, repeat, encoding, units, segments, left }) => {
    expect(segmentsOf(text.repeat(repeat))).toEqual({ encoding, units, segments, left });
  });
  test.each(examples.lengths)("the length of $text", ({ text, ...lengths }) => {
    expect({ characters: lengthOf(text, "characters"), utf16: lengthOf(text, "utf16"), bytes: lengthOf(text, "bytes"), gsm7: lengthOf(text, "gsm7") }).toEqual(lengths);
  });
});

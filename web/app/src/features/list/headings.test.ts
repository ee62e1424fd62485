import { describe, expect, it } from "vitest";
import { groupOf, HEADING, headingId, needing, topOf } from "./headings";

describe("headings of a list", () => {
  const headings = [{ at: 0, title: "May need you", count: 2 }, { at: 2, title: "Going well", count: 3 }];
  it("push down the rows below them", () => {
    expect([0, 1, 2, 3].map((at) => topOf(at, 84, headings))).toEqual([HEADING, 84 + HEADING, 168 + 2 * HEADING, 252 + 2 * HEADING]);
    expect(topOf(3, 84, [])).toBe(252);
  });
  it("describe the first row below them, and no other", () => {
    expect([0, 1, 2, 3].map((at) => groupOf(at, headings))).toEqual([headingId(headings[0]!), undefined, headingId(headings[1]!), undefined]);
    expect(new Set(headings.map(headingId)).size).toBe(2);
    expect(groupOf(0, [])).toBeUndefined();
  });
  it("stand where those that need somebody end, however many there are", () => {
    for (let length = 0; length <= 9; length++)
      for (let split = 0; split <= length; split++) {
        const ids = Array.from({ length }, (_, at) => `${at}`);
        expect(needing(ids, (id) => Number(id) < split)).toBe(split);
      }
  });
});

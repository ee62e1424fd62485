import { expect, test } from "vitest";
import { all, extended, MOST_SELECTED, NOTHING, still, toggled } from "./selection";

const rows = ["a", "b", "c", "d", "e"];
const ids = ({ ids }: { ids: ReadonlySet<string> }) => [...ids].sort().join("");

test("a row is selected and not any more", () => {
  const once = toggled(NOTHING, "b");
  expect(ids(once)).toBe("b");
  expect(ids(toggled(once, "b"))).toBe("");
});

test("a range goes from the last row touched, upwards too, and adds to what is selected", () => {
  const from = toggled(toggled(NOTHING, "a"), "d");
  expect(ids(extended(from, rows, "c"))).toBe("acd");
  expect(ids(extended(toggled(NOTHING, "b"), rows, "c"))).toBe("bc");
});

test("a range that comes back gets shorter, and turns around at its beginning", () => {
  const begun = toggled(toggled(NOTHING, "e"), "b");
  const long = extended(begun, rows, "d");
  expect(ids(long)).toBe("bcde");
  expect(ids(extended(long, rows, "c"))).toBe("bce");
  expect(ids(extended(long, rows, "a"))).toBe("abe");
});

test("a range without a beginning is one row, and one to a row that has gone is nothing", () => {
  expect(ids(extended(NOTHING, rows, "c"))).toBe("c");
  expect(ids(extended(toggled(NOTHING, "a"), rows, "z"))).toBe("a");
});

test("what leaves the list leaves the selection, and its anchor with it", () => {
  const both = toggled(toggled(NOTHING, "a"), "b");
  expect(still(both, rows)).toBe(both);
  expect(still(both, ["a"])).toEqual({ ids: new Set(["a"]), anchor: null, base: new Set(["a"]) });
});

test("all of a long list are as many as can be acted upon at once", () => {
  const long = Array.from({ length: MOST_SELECTED + 5 }, (_, index) => `${index}`);
  expect(all(long).ids.size).toBe(MOST_SELECTED);
  expect(extended(toggled(NOTHING, "0"), long, long.at(-1)!).ids.size).toBe(MOST_SELECTED);
});

import { expect, test } from "vitest";
import { extended, NOTHING, still, toggled } from "./selection";

const rows = ["a", "b", "c", "d"];
const ids = ({ ids }: { ids: ReadonlySet<string> }) => [...ids].sort();

test("a row is selected and not any more", () => {
  const once = toggled(NOTHING, "b");
  expect(ids(once)).toEqual(["b"]);
  expect(ids(toggled(once, "b"))).toEqual([]);
});

test("a range goes from the last row touched, upwards too, and adds to what is selected", () => {
  const from = toggled(toggled(NOTHING, "a"), "d");
  expect(ids(extended(from, rows, "b"))).toEqual(["a", "b", "c", "d"]);
  expect(ids(extended(toggled(NOTHING, "b"), rows, "c"))).toEqual(["b", "c"]);
});

test("a range without a beginning is one row, and one to a row that has gone is nothing", () => {
  expect(ids(extended(NOTHING, rows, "c"))).toEqual(["c"]);
  expect(ids(extended(toggled(NOTHING, "a"), rows, "z"))).toEqual(["a"]);
});

test("what leaves the list leaves the selection, and its anchor with it", () => {
  const both = toggled(toggled(NOTHING, "a"), "b");
  expect(still(both, rows)).toBe(both);
  expect(still(both, ["a"])).toEqual({ ids: new Set(["a"]), anchor: null });
});

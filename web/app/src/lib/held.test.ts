import { expect, test } from "vitest";
import { held } from "./held";

test("rows stay where they were when others overtake them, and those are counted", () => {
  expect(held(["a", "b", "c"], ["c", "a", "b"])).toEqual({ ids: ["a", "b", "c"], fresh: 1 });
});
test("a new conversation above waits and is counted", () => {
  expect(held(["a", "b"], ["new", "a", "b"])).toEqual({ ids: ["a", "b"], fresh: 1 });
});
test("an older page is appended at once", () => {
  expect(held(["a", "b"], ["a", "b", "c", "d"])).toEqual({ ids: ["a", "b", "c", "d"], fresh: 0 });
});
test("a row that left the view stays until the pointer leaves", () => {
  expect(held(["a", "b"], ["b"]).ids).toEqual(["a", "b"]);
});
test("an empty list fills", () => {
  expect(held([], ["a"])).toEqual({ ids: ["a"], fresh: 0 });
});

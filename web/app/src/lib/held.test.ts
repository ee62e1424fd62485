import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { held } from "./held";

const shown = (frozen: string, current: string) => {
  const { ids, fresh, gone } = held([...frozen], [...current]);
  return { ids: ids.join(""), fresh, gone: [...gone].join("") };
};

test("rows stay where they were when others overtake them, and those are counted", () => {
  expect(shown("abc", "cab")).toEqual({ ids: "abc", fresh: 1, gone: "" });
  expect(shown("abc", "bca")).toEqual({ ids: "abc", fresh: 1, gone: "" });
});
test("a new conversation above waits and is counted", () => {
  expect(shown("ab", "Nab")).toEqual({ ids: "ab", fresh: 1, gone: "" });
  expect(shown("abcd", "aNbcd")).toEqual({ ids: "abcd", fresh: 1, gone: "" });
});
test("an older page is appended at once, also below what has moved", () => {
  expect(shown("ab", "abcd")).toEqual({ ids: "abcd", fresh: 0, gone: "" });
  expect(shown("abc", "bacde")).toEqual({ ids: "abcde", fresh: 1, gone: "" });
});
test("a row that left the view stays until it is let go, and is told", () => {
  expect(shown("abc", "ac")).toEqual({ ids: "abc", fresh: 0, gone: "b" });
  expect(shown("abc", "ab")).toEqual({ ids: "abc", fresh: 0, gone: "c" });
  expect(shown("ab", "")).toEqual({ ids: "ab", fresh: 0, gone: "ab" });
});
test("an empty list fills", () => {
  expect(shown("", "a")).toEqual({ ids: "a", fresh: 0, gone: "" });
});
test("whatever happens, no row moves, none is lost, none shows twice", () => {
  const rows = fc.uniqueArray(fc.constantFrom(..."abcdefghij"), { maxLength: 10 });
  fc.assert(fc.property(rows, rows, (frozen, current) => {
    const { ids, fresh, gone } = held(frozen, current);
    expect(ids.slice(0, frozen.length)).toEqual(frozen);
    expect(new Set(ids).size).toBe(ids.length);
    expect([...gone].sort()).toEqual(frozen.filter((id) => !current.includes(id)).sort());
    const waiting = current.filter((id) => !ids.includes(id));
    expect(fresh).toBeGreaterThanOrEqual(waiting.length);
    expect(fresh === 0).toBe(ids.filter((id) => !gone.has(id)).join() === current.join());
  }));
});
test("while nothing comes below, the rows are the very same", () => {
  const frozen = ["a", "b", "c"];
  expect(held(frozen, ["c", "b"]).ids).toBe(frozen);
});
test("among a hundred thousand rows, only those that have moved are looked up", () => {
  const frozen = Array.from({ length: 100_000 }, (_, index) => `id-${index}`);
  held(frozen, []); // what is held is read once
  const current = ["id-new", ...frozen.slice(90_000, 90_020), ...frozen.slice(3, 90_000), ...frozen.slice(90_020), "id-below"];
  const lookups = vi.spyOn(Map.prototype, "get");
  const { fresh, gone } = held(frozen, current);
  const looked = lookups.mock.calls.length;
  lookups.mockRestore();
  expect([fresh, ...gone]).toEqual([21, "id-0", "id-1", "id-2"]);
  expect(looked).toBeLessThan(50);
});

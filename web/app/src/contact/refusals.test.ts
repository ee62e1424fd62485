import { expect, test } from "vitest";
import { NOT_REFUSED } from "../lib/refused";
import { memoryKeep } from "../sync/keep";
import { Refusals } from "./refusals";

const why = { ...NOT_REFUSED, text: "No connection" };
const named = { change: { key: "name", method: "PATCH" as const, path: "", body: { name: "Bo" } }, why };

test("a change that was refused is there again after a reload, with why, for whoever made it", () => {
  const keep = memoryKeep();
  new Refusals("ada", "bo", keep).write([named]);
  expect(new Refusals("ada", "bo", keep).read().get("name")).toEqual(named);
  expect(new Refusals("ben", "bo", keep).read().size).toBe(0);
  expect(new Refusals("ada", "mira", keep).read().size).toBe(0);
});

test("what was tried again or discarded leaves nothing behind, and what may be done only once is not kept", () => {
  const keep = memoryKeep();
  const refusals = new Refusals("ada", "bo", keep);
  refusals.write([named]);
  refusals.write([]);
  refusals.write([{ change: { key: "identity:1", method: "DELETE", path: "/identities/1" }, why }, { change: { key: "note:7", method: "PATCH", path: "/notes/7", body: {} }, why }]);
  expect(keep.keys("")).toEqual([]);
});

test("what is kept and cannot be read is nothing", () => {
  const keep = memoryKeep();
  keep.set("harken:contact:ada:bo:refused", "{");
  expect(new Refusals("ada", "bo", keep).read().size).toBe(0);
});

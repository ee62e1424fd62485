import { expect, test } from "vitest";
import { memoryKeep } from "../sync/keep";
import { Unsent } from "./unsent";

test("what is half typed is there again after a reload, for whoever typed it and about that contact alone", () => {
  const keep = memoryKeep();
  new Unsent("ada", "bo", keep).write("note:new", "Calls back on");
  expect(new Unsent("ada", "bo", keep).text("note:new")).toBe("Calls back on");
  expect(new Unsent("ben", "bo", keep).text("note:new")).toBeNull();
  expect(new Unsent("ada", "mira", keep).text("note:new")).toBeNull();
});

test("what is saved or taken back leaves nothing behind", () => {
  const keep = memoryKeep();
  const unsent = new Unsent("ada", "bo", keep);
  unsent.write("note:new", "Calls back on");
  unsent.write("note:new", "  ");
  expect(unsent.text("note:new")).toBeNull();
  unsent.write("note:new", "Calls");
  unsent.write("note:new", null);
  expect(keep.keys("")).toEqual([]);
});

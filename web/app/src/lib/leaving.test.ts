import { expect, test } from "vitest";
import { memoryKeep } from "../sync/keep";
import { forgetAll, onlyHere } from "./leaving";

const kept = () =>
  memoryKeep(
    new Map([
      ["harken.draft.ada.one", "known"],
      ["harken.draft-base.ada.one", JSON.stringify({ revision: 3, kept: "known" })],
      ["harken.draft.ada.two", "typed a moment ago"],
      ["harken.draft-base.ada.two", JSON.stringify({ revision: 4, kept: "typed" })],
      ["harken.draft.ada.three", "never sent there"],
      ["harken.draft.ben.four", "somebody else's"],
      ["harken:contact:ada:bo:note:new", "a note"],
      ["theme", "dark"],
    ]),
  );

test("what the server does not know is only here", () => {
  expect(onlyHere(kept(), "ada", 0)).toBe(3);
  expect(onlyHere(kept(), "ada", 2)).toBe(5);
  expect(onlyHere(kept(), "cleo", 0)).toBe(0);
});

test("nothing of anybody is left, but how the page looks", async () => {
  const keep = kept();
  let wiped = false;
  await forgetAll(keep, async () => void (wiped = true));
  expect(keep.keys("")).toEqual(["theme"]);
  expect(wiped).toBe(true);
});

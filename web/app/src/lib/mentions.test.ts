import { describe, expect, test } from "vitest";
import { callAt, insert, matching, mentioned, pieces } from "./mentions";

const ada = { id: "1", name: "Ada Lindqvist" };
const ben = { id: "2", name: "Ben Okafor" };

describe("an @ in a note", () => {
  test("calls a colleague at the start of a word", () => {
    expect(callAt("can you @be", 11)).toEqual({ from: 8, to: 11, word: "be" });
  });
  test("opens nothing inside a mail address", () => {
    expect(callAt("write to marta@ol", 17)).toBeNull();
  });
  test("finds a colleague by either name", () => {
    expect(matching([ada, ben], "oka")).toEqual([ben]);
  });
  test("is replaced by the full name, and the caret stands after it", () => {
    expect(insert("ask @be now", { from: 4, to: 7, word: "be" }, ben.name)).toEqual({ text: "ask @Ben Okafor now", caret: 16 });
  });
  test("names those who stand in the text", () => {
    expect(mentioned("@Ben Okafor please look", [ada, ben])).toEqual(["2"]);
    expect(pieces("hi @Ben Okafor!", [ben.name])).toEqual([
      { text: "hi ", name: false },
      { text: "@Ben Okafor", name: true },
      { text: "!", name: false },
    ]);
  });
});

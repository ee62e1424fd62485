import { expect, test } from "vitest";
import { pieces } from "../../lib/marks";
import { match } from "./match";

const best = (texts: string[], wanted: string) =>
  texts.flatMap((text) => { const found = match(text, wanted); return found ? [{ text, score: found.score }] : []; }).sort((a, b) => b.score - a.score).map(({ text }) => text);

test("the beginning of a word counts more than its middle", () => {
  expect(best(["Disclose", "Close", "Go to Closed"], "clos")[0]).toBe("Close");
});

test("letters in order are found, and marked where they stand", () => {
  const found = match("Go to Inbox", "gi");
  expect(found?.marks).toEqual([[0, 1], [6, 7]]);
});

test("what is not there in order is no match", () => {
  expect(match("Snooze", "xyz")).toBeNull();
  expect(match("Snooze", "ezoons")).toBeNull();
});

test("pieces put together are the text", () => {
  const text = "Take over the conversation";
  expect(pieces(text, match(text, "over")!.marks).map((each) => each.text).join("")).toBe(text);
});

test("nothing typed matches everything", () => {
  expect(match("anything", " ")).toEqual({ score: 0, marks: [] });
});

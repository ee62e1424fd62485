import fc from "fast-check";
import { expect, test } from "vitest";
import { compared, differences } from "./versions";

test("a flow's changed line stands between the lines around it, the rest is cut", () => {
  const source = (word: string) => ["start: a", "steps:", "  a:", "    type: message", `    text: ${word}`, "    next: b", "  b: {type: close}", "# end", "# really"].join("\n");
  expect(differences({ document: source("Hi") }, { document: source("Hello") })).toEqual([{ name: "document", lines: [
    { kind: "same", text: "⋯" }, { kind: "same", text: "  a:" }, { kind: "same", text: "    type: message" },
    { kind: "gone", text: "    text: Hi" }, { kind: "new", text: "    text: Hello" },
    { kind: "same", text: "    next: b" }, { kind: "same", text: "  b: {type: close}" }, { kind: "same", text: "⋯" },
  ] }]);
});

test("a setting that came or went is all new or all gone, and the order of names is no difference", () => {
  expect(differences({ sure: 0.6 }, { sure: 0.6, margin: 0.2 })).toEqual([{ name: "margin", lines: [{ kind: "new", text: "0.2" }] }]);
  expect(differences({ temperature: 1 }, { temperature: null })).toEqual([{ name: "temperature", lines: [{ kind: "gone", text: "1" }] }]);
  expect(differences({ urls: [{ name: "a", url: "b" }] }, { urls: [{ url: "b", name: "a" }] })).toEqual([]);
});

test("whatever changed, what is told makes the one text out of the other", () => {
  const text = fc.array(fc.constantFrom("a", "b", "c", ""), { maxLength: 12 });
  fc.assert(fc.property(text, text, (before, after) => {
    const told = compared(before, after);
    expect(told.filter(({ kind }) => kind !== "new").map((each) => each.text)).toEqual(before);
    expect(told.filter(({ kind }) => kind !== "gone").map((each) => each.text)).toEqual(after);
  }));
});

import { expect, test } from "vitest";
import { startOf, stepsOf } from "./kinds";

test("a flow's steps are in its own order with their types, however they are written", () => {
  expect(stepsOf(String(startOf("flow").document))).toEqual([
    { name: "topic", type: "choice" }, { name: "number", type: "question" }, { name: "person", type: "handoff" },
  ]);
});

test("what stands outside of the steps, or inside one, is no step", () => {
  const source = "start: a\nsteps:\n    a:\n        text:\n            en: Hello\n        type: message\n    b:\nnotes:\n    c: {type: close}\n";
  expect(stepsOf(source)).toEqual([{ name: "a", type: "message" }, { name: "b", type: "" }]);
});

import { expect, test } from "vitest";
import { saidIn } from "./shadow";

test("of a shadow answer one sees what the customer would have noticed", () => {
  const answers = [{ type: "note", text: "secret" }, { type: "say", text: "Hello" }, { type: "handoff", reason: "refund" }];
  expect(saidIn({ outcome: { answers } })).toEqual([{ kind: "say", text: "Hello" }, { kind: "handoff", text: "refund" }]);
  expect(saidIn({ outcome: { answers: [{ type: "labels" }] } })).toEqual([{ kind: "nothing", text: "" }]);
  expect(saidIn({ outcome: null })).toEqual([{ kind: "nothing", text: "" }]);
});

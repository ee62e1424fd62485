import { expect, test } from "vitest";
import { matching, MOST_SHOWN } from "./pick";

const options = [{ id: "1", name: "Délivery" }, { id: "2", name: "late delivery" }, { id: "3", name: "Refund" }];

test("what begins with the words comes first, accents and case aside", () => {
  expect(matching(options, "deliv", []).shown.map(({ id }) => id)).toEqual(["1", "2"]);
});

test("what is chosen comes first while nothing is typed", () => {
  expect(matching(options, "", ["3"]).shown.map(({ id }) => id)).toEqual(["3", "1", "2"]);
});

test("of ten thousand, few are drawn and the rest is counted", () => {
  const many = Array.from({ length: 10_000 }, (_, at) => ({ id: String(at), name: `label ${at}` }));
  const { shown, more } = matching(many, "label", []);
  expect([shown.length, more]).toEqual([MOST_SHOWN, 10_000 - MOST_SHOWN]);
});

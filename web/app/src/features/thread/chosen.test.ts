import { expect, test } from "vitest";
import type { Message } from "../../api/types";
import { chosenOf } from "./chosen";

const asked = { seq: 1, direction: "out", buttons: [{ title: "Blue", value: "b" }, { title: "Red", value: "r" }] } as unknown as Message;
const said = (seq: number, pressed: string | null) => ({ seq, direction: "in", pressed }) as unknown as Message;

test("the button that was pressed after the question is the chosen one", () => {
  expect(chosenOf(asked, [said(0, "b"), asked, said(2, null), said(3, "r")])).toBe("r");
});

test("what answers a later question, or is no value of this one, chooses nothing here", () => {
  const again = { ...asked, seq: 3 };
  expect(chosenOf(asked, [asked, said(2, "x"), again, said(4, "b")])).toBeNull();
  expect(chosenOf(again, [asked, said(2, "x"), again, said(4, "b")])).toBe("b");
});

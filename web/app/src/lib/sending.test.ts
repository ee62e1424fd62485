import { describe, expect, test } from "vitest";
import { sendingKey, sends } from "./sending";

const press = (held: Partial<Parameters<typeof sends>[0]> = {}) => ({ key: "Enter", ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...held });

describe("Enter", () => {
  test("sends as one prefers, and with Shift breaks the line", () => {
    expect([press(), press({ shiftKey: true }), press({ ctrlKey: true })].map((each) => sends(each, "enter"))).toEqual([true, false, true]);
    expect([press(), press({ shiftKey: true }), press({ ctrlKey: true }), press({ metaKey: true })].map((each) => sends(each, "mod_enter"))).toEqual([false, false, true, true]);
  });
  test("breaks the line on a keyboard on the screen, whatever is preferred", () => {
    expect([sendingKey("enter", true), sendingKey("enter", false), sendingKey("mod_enter", false)]).toEqual(["mod_enter", "enter", "mod_enter"]);
  });
});

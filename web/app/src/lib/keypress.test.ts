import { expect, test } from "vitest";
import { clash, keyOf, type Press } from "./keypress";
import { stepsOf } from "./keynames";

const press = (key: string, more: Partial<Press> = {}): Press => ({ key, code: "", shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...more });
const altGraph = { ctrlKey: true, altKey: true, getModifierState: (name: string) => name === "AltGraph" };

test("a key is what it types, on any layout", () => {
  expect(keyOf(press("j"))).toBe("j");
  expect(keyOf(press("?", { shiftKey: true, code: "Minus" }))).toBe("?");
  expect(keyOf(press("/", { shiftKey: true, code: "Digit7" }))).toBe("/");
  expect(keyOf(press("#", { ...altGraph, code: "Digit3" }))).toBe("#");
});

test("Caps Lock does not make it another key, Shift does", () => {
  expect(keyOf(press("J"))).toBe("j");
  expect(keyOf(press("J", { shiftKey: true }))).toBe("J");
  expect(keyOf(press("Enter", { shiftKey: true }))).toBe("shift+Enter");
});

test("where it types another alphabet, the Latin letter of the key counts", () => {
  expect(keyOf(press("о", { code: "KeyJ" }))).toBe("j");
  expect(keyOf(press("л", { code: "KeyK", ctrlKey: true }))).toBe("mod+k");
  expect(keyOf(press("ن", { code: "KeyK", metaKey: true, shiftKey: true }))).toBe("mod+shift+k");
  expect(keyOf(press("é", { code: "Digit2" }))).toBe("é");
});

test("what is half a character, a modifier alone or with Alt is nobody's", () => {
  for (const key of ["Dead", "Process", "Shift", "AltGraph"]) expect(keyOf(press(key))).toBeNull();
  expect(keyOf(press("j", { altKey: true }))).toBeNull();
});

test("keys clash when they are the same or one begins the other", () => {
  expect([clash("g", "g i"), clash("g i", "g"), clash("e", "e")]).toEqual([true, true, true]);
  expect([clash("g i", "g o"), clash("mod+g", "g i"), clash("ge", "g")]).toEqual([false, false, false]);
});

test("keys are written as on a keyboard", () => {
  expect(stepsOf("g i")).toEqual([["g"], ["i"]]);
  expect(stepsOf("mod+shift+k")).toEqual([["Ctrl", "Shift", "K"]]);
});

import { expect, test } from "vitest";
import { barsOf, stepped } from "./waves";

test("the loudest of each stretch is its bar", () => {
  expect(barsOf([0.2, 0.9, 0.5, 1], 2)).toEqual([0.9, 1]);
  expect(barsOf([0.2, 0.8], 4)).toEqual([0.2, 0.2, 0.8, 0.8]);
});

test("silence is still seen, and nothing known is a level line", () => {
  expect(Math.min(...barsOf([0, 0, 0], 3))).toBeGreaterThan(0);
  expect(new Set(barsOf(undefined, 5)).size).toBe(1);
  expect(barsOf([null, "x"], 2)).toEqual([0.3, 0.3]);
  expect(barsOf([7], 1)).toEqual([1]);
});

test("keys move within the recording, and towards where it is read", () => {
  expect(stepped("ArrowRight", 2, 60)).toBe(7);
  expect(stepped("ArrowRight", 2, 60, true)).toBe(0);
  expect(stepped("ArrowLeft", 2, 60)).toBe(0);
  expect(stepped("End", 2, 60)).toBe(60);
  expect(stepped("x", 2, 60)).toBeNull();
});

import { expect, test } from "vitest";
import { loudness } from "./recorder";

const tone = (amplitude: number) => Float32Array.from({ length: 1024 }, (_, at) => amplitude * Math.sin(at / 3));

test("silence shows nothing, speech moves the meter, a shout fills it", () => {
  expect(loudness(new Float32Array(1024))).toBe(0);
  expect(loudness(tone(0.05))).toBeGreaterThan(0.3);
  expect(loudness(tone(0.05))).toBeLessThan(0.9);
  expect(loudness(tone(1))).toBe(1);
});

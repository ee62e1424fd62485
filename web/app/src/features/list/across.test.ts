import { expect, it } from "vitest";
import { runsAcross } from "./across";

it("is told by the first letter", () => {
  for (const [words, right] of [["Danke!", false], ["شكرا", true], ["תודה", true], ["1. שלום", true], ["😊 Merci, شكرا", false], ["謝謝", false], ["ﻣﺮﺣﺒﺎ", true]] as const) {
    expect(runsAcross(words, false), words).toBe(right);
    expect(runsAcross(words, true), words).toBe(!right);
  }
});
it("is never so without a letter", () => {
  for (const words of ["", "4711", "👍", "?!"]) expect([runsAcross(words, false), runsAcross(words, true)], words).toEqual([false, false]);
});

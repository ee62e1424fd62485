import { expect, test } from "vitest";
import { another, dayNames, DAYS, openingsOf, usual, weekOf } from "./hours";

test("a schedule goes through the form and back unchanged, midnight too", () => {
  const weekly = [
    { day: "monday", opens: "09:00", closes: "12:30" },
    { day: "monday", opens: "13:00", closes: "24:00" },
    { day: "sunday", opens: "00:00", closes: "24:00" },
  ] as const;
  expect(openingsOf(weekOf(weekly))).toEqual(weekly);
  expect(weekOf(weekly).monday[1]).toEqual({ opens: "13:00", closes: "00:00" });
});

test("one more opening begins after the last", () => {
  expect(another([])).toEqual({ opens: "09:00", closes: "17:00" });
  expect(another([{ opens: "09:00", closes: "12:00" }])).toEqual({ opens: "13:00", closes: "16:00" });
  expect(another([{ opens: "09:00", closes: "22:00" }])).toEqual({ opens: "23:00", closes: "00:00" });
});

test("the usual week is nine to five on weekdays", () => {
  expect(usual("Europe/Berlin").weekly.map(({ day }) => day)).toEqual(DAYS.slice(0, 5));
});

test("days are named in the interface's language", () => {
  expect(dayNames("de").monday).toBe("Montag");
  expect(dayNames("es").sunday).toBe("domingo");
});

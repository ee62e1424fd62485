import { afterAll, describe, expect, test } from "vitest";
import { choices, chosenTime, fieldValue } from "./snooze";

const home = process.env.TZ;
afterAll(() => {
  if (home === undefined) delete process.env.TZ;
  else process.env.TZ = home;
});
const ZONES = ["UTC", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia"];

describe.each(ZONES)("snoozing in %s", (zone) => {
  const local = (text: string) => {
    process.env.TZ = zone;
    return new Date(text);
  };
  test("tomorrow and Monday are at nine by the clock on every day of a year, its changes of time included", () => {
    for (let day = 0; day < 366; day += 1) {
      const now = local(`2026-01-01T00:00`);
      now.setDate(1 + day);
      now.setHours(14, 20);
      for (const { id, at } of choices(now)) {
        expect(at > now).toBe(true);
        if (id === "later") continue;
        expect([at.getHours(), at.getMinutes()]).toEqual([9, 0]);
        if (id === "monday") expect(at.getDay()).toBe(1);
        else expect((at.getDay() - now.getDay() + 7) % 7).toBe(1);
      }
    }
  });
  test("what the field shows is what it means", () => {
    const at = local("2026-07-03T16:45");
    expect(chosenTime(fieldValue(at), local("2026-07-01T00:00"))).toEqual(at);
  });
});

test("later today is gone in the evening, and Monday is tomorrow on a Sunday", () => {
  process.env.TZ = "Europe/Berlin";
  expect(choices(new Date("2026-03-28T22:10")).map(({ id }) => id)).toEqual(["tomorrow", "monday"]);
  expect(choices(new Date("2026-03-29T10:07")).map(({ id }) => id)).toEqual(["later", "tomorrow"]);
  expect(choices(new Date("2026-03-30T10:07")).map(({ id }) => id)).toEqual(["later", "tomorrow", "monday"]);
});
test("over the night of a change of time, nine stays nine", () => {
  process.env.TZ = "Europe/Berlin";
  expect(choices(new Date("2026-03-28T12:00")).find(({ id }) => id === "tomorrow")?.at.toISOString()).toBe("2026-03-29T07:00:00.000Z");
  expect(choices(new Date("2026-10-24T12:00")).find(({ id }) => id === "tomorrow")?.at.toISOString()).toBe("2026-10-25T08:00:00.000Z");
});
test("a moment that has passed, or none, is not taken", () => {
  const now = new Date("2026-03-30T10:00");
  expect(chosenTime("2026-03-30T10:00", now)).toBeNull();
  expect(chosenTime("", now)).toBeNull();
});

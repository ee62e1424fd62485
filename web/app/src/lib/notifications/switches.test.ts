import { expect, test } from "vitest";
import { digestEvery, isQuiet, KINDS, quietHours, switched, wants } from "./switches";

test("everything is shown in the app but new conversations, and nothing sounds", () => {
  expect(KINDS.filter((kind) => wants({}, kind, "app"))).toEqual(["mention", "assigned", "taken_over", "message"]);
  expect(KINDS.filter((kind) => wants({}, kind, "sound"))).toEqual([]);
});

test("a switch is the agent's, and what is none counts as the default", () => {
  const preferences = { notifications: { message: { app: false, push: "yes" } } };
  expect(wants(preferences, "message", "app")).toBe(false);
  expect(wants(preferences, "message", "push")).toBe(true);
  for (const broken of [null, "x", { message: 3 }, []]) expect(wants({ notifications: broken }, "message", "app")).toBe(true);
});

test("a moved switch keeps the others", () => {
  const before = { notifications: { message: { app: false }, mention: { sound: true } } };
  expect(switched(before, "message", "sound", true)).toEqual({ message: { app: false, sound: true }, mention: { sound: true } });
});

test.each([[21, false], [22, true], [3, true], [6, false], [12, false]])("quiet hours go over midnight in the agent's own zone (%i h UTC)", (hour, quiet) => {
  const preferences = { quiet: { on: true, from: "23:00", to: "07:00", zone: "Europe/Berlin" } };
  expect(isQuiet(preferences, Date.UTC(2026, 10, 20, hour))).toBe(quiet);
});

test("quiet hours that make no sense are none", () => {
  for (const quiet of [3, null, { on: true, from: "01:00", to: "23:00", zone: "../etc" }, { on: "yes" }]) expect(isQuiet({ quiet }, Date.UTC(2026, 10, 20, 12))).toBe(false);
  expect(quietHours({}, "Asia/Tokyo")).toEqual({ on: false, from: "20:00", to: "08:00", zone: "Asia/Tokyo" });
});

test("without a word the digest is hourly", () => {
  expect([digestEvery({}), digestEvery({ digest: "never" }), digestEvery({ digest: "off" })]).toEqual(["hourly", "hourly", "off"]);
});

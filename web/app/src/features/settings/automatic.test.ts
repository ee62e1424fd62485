import { expect, test } from "vitest";
import { faultsOf, languagesOf, leftOf, minutesOf, silence, tidy, tooLongIn, waitOf, waitText, without, withText, type Automatic } from "./automatic";

const NONE = { remind_after: null, reminder: {}, close_after: null, closing: {} };
const EMPTY: Automatic = { greeting: {}, away: {}, bots: NONE, people: NONE, language: null };
const SHOP = { text_limit: 100, text_unit: "characters" } as const;

test("a wait is said in the greatest unit that fits, and comes back as it was", () => {
  expect([waitOf(90), waitOf(120), waitOf(2880)]).toEqual([{ amount: 90, unit: "minutes" }, { amount: 2, unit: "hours" }, { amount: 2, unit: "days" }]);
  for (const minutes of [1, 59, 60, 1439, 1440, 525_600]) expect(minutesOf(waitOf(minutes))).toBe(minutes);
  expect([waitText(60, "en"), waitText(2880, "de")]).toEqual(["1 hour", "2 Tage"]);
});

test("the language for everybody else comes first; without texts it is one's own", () => {
  expect(languagesOf(EMPTY, "de")).toEqual(["de"]);
  expect(languagesOf({ ...EMPTY, greeting: { ar: "a", de: "d", en: "e" } }, "en")).toEqual(["en", "ar", "de"]);
  expect(languagesOf({ ...EMPTY, greeting: { ar: "a", de: "d" }, language: "de" }, "en")).toEqual(["de", "ar"]);
});

test("an emptied text is none, and a language that is taken away leaves nothing behind", () => {
  expect(withText({ en: "Hello" }, "en", "")).toEqual({});
  expect(tidy({ ...EMPTY, greeting: { en: "  ", de: " Hallo\n" } }).greeting).toEqual({ de: "Hallo" });
  const two = { ...EMPTY, away: { en: "Away", de: "Weg" }, people: { ...NONE, reminder: { de: "Noch da?" } } };
  expect(without(two, "de")).toEqual({ ...EMPTY, away: { en: "Away" } });
});

test("what the server would refuse is known before it is asked", () => {
  const wrong = { ...EMPTY, away: { en: "x".repeat(101) }, people: { ...NONE, remind_after: 5, close_after: 0 }, bots: { ...NONE, remind_after: NaN, reminder: { en: "Still there?" } } };
  expect(faultsOf(wrong, SHOP)).toEqual({
    away: "too_long", "people.reminder": "required", "people.close_after": "between_a_minute_and_a_year", "bots.remind_after": "between_a_minute_and_a_year",
  });
  expect(faultsOf(EMPTY, SHOP)).toEqual({});
  expect(tooLongIn({ ...EMPTY, away: { en: "short", de: "x".repeat(101) } }, SHOP)).toBe("de");
});

test("a text has the room that the channel gives it, and never more than 2000 letters", () => {
  expect(leftOf("Hello", SHOP)).toBe(95);
  expect(leftOf("Hello", { text_limit: 65_536, text_unit: "characters" })).toBe(1995);
});

test("the preview shows who is silent reminded and then let go, in their language or the one for everybody else", () => {
  const rule = { remind_after: 60, reminder: { en: "Still there?", de: "Noch da?" }, close_after: 120, closing: { en: "Goodbye." } };
  expect(silence(rule, "de", "en", "Closed")).toEqual([
    { who: "us", text: "Noch da?", after: 60 }, { who: "us", text: "Goodbye.", after: 120 }, { who: "line", text: "Closed", after: null },
  ]);
  expect(silence({ ...NONE, close_after: 5 }, "de", "en", "Closed")).toEqual([{ who: "line", text: "Closed", after: 5 }]);
});

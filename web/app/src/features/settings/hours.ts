/** A schedule as its form edits it: every day with its openings, and back. Pure. */

export const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;
export type Day = (typeof DAYS)[number];
export type Opening = { readonly day: Day; readonly opens: string; readonly closes: string };
export type Holiday = { readonly date: string; readonly name: string; readonly yearly: boolean };
export type Schedule = { readonly timezone: string; readonly weekly: readonly Opening[]; readonly holidays: readonly Holiday[] };
export type Hours = {
  readonly team_id: string | null;
  readonly schedule: Schedule | null;
  readonly inherited: boolean;
  readonly open_now: boolean;
  readonly changes_at: string | null;
};
export type Times = { readonly opens: string; readonly closes: string };
export type Week = Readonly<Record<Day, readonly Times[]>>;

const USUAL: Times = { opens: "09:00", closes: "17:00" };
const MIDNIGHT = "00:00";

/** Nine to five on weekdays, here. */
export function usual(timezone: string): Schedule {
  return { timezone, weekly: DAYS.slice(0, 5).map((day) => ({ day, ...USUAL })), holidays: [] };
}

/** A form has no 24:00: closing at midnight is written 00:00 there. */
export function weekOf(weekly: readonly Opening[]): Week {
  const times = (day: Day) =>
    weekly.filter((each) => each.day === day).map(({ opens, closes }) => ({ opens, closes: closes === "24:00" ? MIDNIGHT : closes }));
  return Object.fromEntries(DAYS.map((day) => [day, times(day)])) as unknown as Week;
}

export function openingsOf(week: Week): Opening[] {
  return DAYS.flatMap((day) => week[day].map(({ opens, closes }) => ({ day, opens, closes: closes === MIDNIGHT ? "24:00" : closes })));
}

/** One more opening for a day: after its last one, or the usual. */
export function another(times: readonly Times[]): Times {
  const last = times.at(-1);
  if (!last) return USUAL;
  const hour = Number(last.closes.slice(0, 2));
  if (last.closes === MIDNIGHT || hour >= 23) return { opens: last.closes, closes: MIDNIGHT };
  return { opens: `${String(hour + 1).padStart(2, "0")}:00`, closes: hour + 2 >= 24 ? MIDNIGHT : `${String(Math.min(hour + 4, 23)).padStart(2, "0")}:00` };
}

/** A Monday at noon and on: for naming days in the interface's language. */
export function dayNames(locale: string): Readonly<Record<Day, string>> {
  const format = new Intl.DateTimeFormat(locale, { weekday: "long", timeZone: "UTC" });
  return Object.fromEntries(DAYS.map((day, at) => [day, format.format(Date.UTC(2024, 0, 1 + at, 12))])) as Record<Day, string>;
}

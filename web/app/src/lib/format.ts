/** Dates, durations and sizes, by Intl in the interface's language. `now` is an argument, so that they are pure. */

import { locale, t } from "../i18n";

const DAY = 86_400_000;
const MOMENTS = 1_000;
const once = <T>(make: () => T) => {
  let value: T | undefined;
  return () => (value ??= make());
};
const clock = once(() => {
  const format = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" });
  return format.resolvedOptions().hour12 ? format : new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
});
const dayMonth = once(() => new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" }));
const weekday = once(() => new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" }));
const dayAndTime = once(() => new Intl.DateTimeFormat(locale, { weekday: "short", hour: "2-digit", minute: "2-digit" }));
const full = once(() => new Intl.DateTimeFormat(locale, { dateStyle: "medium" }));
const moment = once(() => new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }));

const midnight = (ms: number) => new Date(ms).setHours(0, 0, 0, 0);
/** Whole days between two moments, by the calendar. */
const daysBefore = (ms: number, now: number) => Math.round((midnight(now) - midnight(ms)) / DAY);

/** A thread asks for the same moments whenever it is opened, and formatting one costs more than drawing it. */
const remembered = (made: (at: string) => string) => {
  const known = new Map<string, string>();
  return (at: string) => {
    let text = known.get(at);
    if (text === undefined) {
      if (known.size >= MOMENTS) known.clear();
      known.set(at, (text = made(at)));
    }
    return text;
  };
};
export const timeOfDay = remembered((at) => clock().format(new Date(at)));
export const dateAndTime = remembered((at) => moment().format(new Date(at)));

/** A row's time: 14:32, Yesterday, 3 Oct, 3 Oct 2024. */
export function shortDate(at: string, now: number): string {
  const date = new Date(at);
  const days = daysBefore(date.getTime(), now);
  if (days <= 0) return clock().format(date);
  if (days === 1) return t.yesterday;
  return (date.getFullYear() === new Date(now).getFullYear() ? dayMonth() : full()).format(date);
}

/** When something comes back: 14:32, Mon 09:00, 3 Oct. */
export function comingMoment(at: string, now: number): string {
  const date = new Date(at);
  const days = -daysBefore(date.getTime(), now);
  if (days <= 0) return clock().format(date);
  return (days < 7 ? dayAndTime() : dayMonth()).format(date);
}

/** A thread's day separator: Today, Yesterday, Monday 3 March. */
export function dayName(at: string, now: number): string {
  const date = new Date(at);
  const days = daysBefore(date.getTime(), now);
  if (days <= 0) return t.today;
  if (days === 1) return t.yesterday;
  return (date.getFullYear() === new Date(now).getFullYear() ? weekday() : full()).format(date);
}

export const sameDay = (a: string, b: string) => midnight(Date.parse(a)) === midnight(Date.parse(b));

const unit = (name: string, digits = 0) => {
  const format = once(() => new Intl.NumberFormat(locale, { style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits: digits }));
  return (value: number) => format().format(value);
};
export const seconds = unit("second");
const minutes = unit("minute");
const hours = unit("hour");
const days = unit("day");

/** One unit: 40 sec, 2 min, 3 hr, 4 days. */
export function duration(ms: number): string {
  if (ms < 60_000) return seconds(Math.max(0, Math.floor(ms / 1000)));
  if (ms < 3_600_000) return minutes(Math.floor(ms / 60_000));
  if (ms < 2 * DAY) return hours(Math.floor(ms / 3_600_000));
  return days(Math.floor(ms / DAY));
}

const kilobytes = unit("kilobyte", 1);
const megabytes = unit("megabyte", 1);

const share = once(() => new Intl.NumberFormat(locale, { style: "percent" }));
/** Of a part of the whole: 0.42 is 42 %. */
export const percentage = (part: number): string => share().format(part);

export function fileSize(size: number): string {
  if (size < 1_000_000) return kilobytes(size < 1000 ? Math.max(0.1, size / 1000) : Math.round(size / 1000));
  return megabytes(size / 1_000_000);
}

/** A recording's length: 0:17. */
export function playTime(total: number): string {
  const whole = Math.max(0, Math.floor(total));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** What a channel says and does of itself, as its form has it: waits as a number and a unit, texts side by side. Pure. */

import type { Capabilities } from "../../api/types";
import { lengthOf } from "../../lib/segments";

export type Texts = Readonly<Record<string, string>>;

/** harken/automatic/model.py. Waits in minutes; null: never. */
export interface Inactivity {
  readonly remind_after: number | null;
  readonly reminder: Texts;
  readonly close_after: number | null;
  readonly closing: Texts;
}

/** `language`: whose texts are for everybody else. */
export interface Automatic {
  readonly greeting: Texts;
  readonly away: Texts;
  readonly bots: Inactivity;
  readonly people: Inactivity;
  readonly language: string | null;
}

export const UNITS = ["minutes", "hours", "days"] as const;
export type Unit = (typeof UNITS)[number];
const MINUTES: Readonly<Record<Unit, number>> = { minutes: 1, hours: 60, days: 1440 };
const LONGEST_WAIT = 60 * 24 * 365;
const LONGEST_TEXT = 2_000;

export interface Wait {
  readonly amount: number;
  readonly unit: Unit;
}

/** In the greatest unit that says it in a whole number. */
export function waitOf(minutes: number): Wait {
  const unit = minutes % MINUTES.days === 0 ? "days" : minutes % MINUTES.hours === 0 ? "hours" : "minutes";
  return { amount: minutes / MINUTES[unit], unit };
}

export const minutesOf = ({ amount, unit }: Wait): number => Math.round(amount * MINUTES[unit]);

/** "2 hours", in the interface's language. */
export function waitText(minutes: number, locale: string): string {
  const { amount, unit } = waitOf(minutes);
  return new Intl.NumberFormat(locale, { style: "unit", unit: unit.slice(0, -1), unitDisplay: "long" }).format(amount);
}

export const isWait = (minutes: number): boolean => Number.isFinite(minutes) && minutes >= 1 && minutes <= LONGEST_WAIT;

/** Every text of the document by its name in the server's errors. */
export const textsOf = (one: Automatic): Readonly<Record<string, Texts>> => ({
  greeting: one.greeting, away: one.away,
  "bots.reminder": one.bots.reminder, "bots.closing": one.bots.closing,
  "people.reminder": one.people.reminder, "people.closing": one.people.closing,
});

/** Those that any text is in, the one for everybody else first; `own` where there is none yet. */
export function languagesOf(one: Automatic, own: string): string[] {
  const known = new Set(Object.values(textsOf(one)).flatMap((texts) => Object.keys(texts)));
  const first = one.language ?? (known.size === 0 || known.has(own) ? own : [...known].sort()[0]!);
  return [first, ...[...known].filter((code) => code !== first).sort()];
}

/** A text set; an empty one is none. */
export function withText(texts: Texts, language: string, text: string): Texts {
  const { [language]: _, ...others } = texts;
  return text === "" ? others : { ...others, [language]: text };
}

/** Without all that stands in a language. */
export function without(one: Automatic, language: string): Automatic {
  const drop = (texts: Texts) => withText(texts, language, "");
  const rule = (each: Inactivity): Inactivity => ({ ...each, reminder: drop(each.reminder), closing: drop(each.closing) });
  return { ...one, greeting: drop(one.greeting), away: drop(one.away), bots: rule(one.bots), people: rule(one.people) };
}

/** What a customer of that language reads. */
export const readIn = (texts: Texts, language: string, fallback: string): string => texts[language] ?? texts[fallback] ?? texts[Object.keys(texts).sort()[0] ?? ""] ?? "";

/** As it is saved: what holds nothing but spaces is no text. */
export function tidy(one: Automatic): Automatic {
  const drop = (texts: Texts): Texts => Object.fromEntries(Object.entries(texts).flatMap(([code, text]) => (text.trim() === "" ? [] : [[code, text.trim()]])));
  const rule = (each: Inactivity): Inactivity => ({ ...each, reminder: drop(each.reminder), closing: drop(each.closing) });
  return { ...one, greeting: drop(one.greeting), away: drop(one.away), bots: rule(one.bots), people: rule(one.people) };
}

type Room = Pick<Capabilities, "text_limit" | "text_unit">;
type Fault = "required" | "too_long" | "between_a_minute_and_a_year";

/** What the server would refuse, by the names of its errors; `reminder` is wanted where a reminder is. */
export function faultsOf(one: Automatic, capabilities: Room): Readonly<Record<string, Fault>> {
  const faults: Record<string, Fault> = {};
  for (const [name, texts] of Object.entries(textsOf(one))) {
    if (Object.values(texts).some((text) => leftOf(text, capabilities) < 0)) faults[name] = "too_long";
  }
  for (const name of ["bots", "people"] as const) {
    const rule = one[name];
    if (rule.remind_after !== null && Object.keys(rule.reminder).length === 0) faults[`${name}.reminder`] = "required";
    for (const field of ["remind_after", "close_after"] as const) {
      const wait = rule[field];
      if (wait !== null && !isWait(wait)) faults[`${name}.${field}`] = "between_a_minute_and_a_year";
    }
  }
  return faults;
}

/** The language in which something is too long: the one to be shown. */
export function tooLongIn(one: Automatic, capabilities: Room): string | null {
  const all = Object.values(textsOf(one)).flatMap((texts) => Object.entries(texts));
  return all.find(([, text]) => leftOf(text, capabilities) < 0)?.[0] ?? null;
}

/** How much more fits, in what the channel counts in; below 0: too long. */
export function leftOf(text: string, { text_limit, text_unit }: Room): number {
  return Math.min(text_limit - lengthOf(text, text_unit), LONGEST_TEXT - [...text].length);
}

export interface Shown {
  readonly who: "customer" | "us" | "line";
  readonly text: string;
  /** Minutes of silence before it. */
  readonly after: number | null;
}

/** What happens to a customer who falls silent, in order. */
export function silence(rule: Inactivity, language: string, fallback: string, closed: string): Shown[] {
  const shown: Shown[] = [];
  if (rule.remind_after !== null) shown.push({ who: "us", text: readIn(rule.reminder, language, fallback), after: rule.remind_after });
  if (rule.close_after !== null) {
    const closing = readIn(rule.closing, language, fallback);
    if (closing) shown.push({ who: "us", text: closing, after: rule.close_after });
    shown.push({ who: "line", text: closed, after: closing ? null : rule.close_after });
  }
  return shown;
}

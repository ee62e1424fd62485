/** When a conversation comes back. Pure, by the clock of the browser's time zone: nine is nine on both sides of a change to summer time. */

export type Choice = { readonly id: "later" | "tomorrow" | "monday"; readonly at: Date };

const MONDAY = 1;
const LATER_HOURS = 3;
const QUARTER = 15;

function nine(now: Date, days: number): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, 9);
}

/** In three hours, at a quarter of an hour; null when that is not today any more. */
function laterToday(now: Date): Date | null {
  const at = new Date(now.getTime() + LATER_HOURS * 3_600_000);
  at.setMinutes(Math.ceil(at.getMinutes() / QUARTER) * QUARTER, 0, 0);
  return at.getDate() === now.getDate() ? at : null;
}

/** What is offered; Monday is the next one, and not said twice on a Sunday. */
export function choices(now: Date): Choice[] {
  const later = laterToday(now);
  const toMonday = (MONDAY - now.getDay() + 7) % 7 || 7;
  return [
    ...(later ? [{ id: "later" as const, at: later }] : []),
    { id: "tomorrow", at: nine(now, 1) },
    ...(toMonday > 1 ? [{ id: "monday" as const, at: nine(now, toMonday) }] : []),
  ];
}

/** A moment as the field for date and time has it: 2026-03-29T09:00. */
export function fieldValue(at: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${String(at.getFullYear()).padStart(4, "0")}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** What was put into that field; null when it is nothing, or not in the future. */
export function chosenTime(value: string, now: Date): Date | null {
  const at = new Date(value);
  return Number.isNaN(at.getTime()) || at <= now ? null : at;
}

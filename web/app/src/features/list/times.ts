/** Moments that people mean. Pure, in the browser's own time zone. */

/** Nine in the morning, some days from now; RFC 3339 in UTC. */
export function nine(now: Date, days: number): string {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, 9).toISOString();
}

/** In how many days the next Monday is: 7 on a Monday. */
export const daysToMonday = (now: Date): number => (8 - now.getDay()) % 7 || 7;

/** A recording's loudness as so many bars. Pure. */

const LOWEST = 0.12;

/** `peaks` (0 to 1) made into `count` bars, the loudest of each stretch; level ones while nothing is known. */
export function barsOf(peaks: unknown, count: number): number[] {
  const known = Array.isArray(peaks) ? peaks.filter((peak): peak is number => typeof peak === "number" && Number.isFinite(peak)) : [];
  if (known.length === 0) return Array.from({ length: count }, () => 0.3);
  return Array.from({ length: count }, (_, at) => {
    const from = Math.floor((at / count) * known.length);
    const to = Math.max(from + 1, Math.floor(((at + 1) / count) * known.length));
    return Math.min(1, Math.max(LOWEST, ...known.slice(from, to)));
  });
}

/** Where a key moves to, in seconds; null: it is none of the player's. */
export function stepped(key: string, at: number, length: number, rtl = false): number | null {
  const ahead = rtl ? -1 : 1;
  const steps: Readonly<Record<string, number>> = { ArrowRight: 5 * ahead, ArrowLeft: -5 * ahead, ArrowUp: 5, ArrowDown: -5, PageUp: 15, PageDown: -15 };
  if (key === "Home") return 0;
  if (key === "End") return length;
  const by = steps[key];
  return by === undefined ? null : Math.max(0, Math.min(length, at + by));
}

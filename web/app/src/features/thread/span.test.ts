import { describe, expect, test } from "vitest";
import { earlier, endFirst, endSpan, firstAround, later, MOST, spanAround, trimmed, type Span } from "./span";

const drawn = (span: Span, last: number) => Math.min(span.to, last) - Math.max(span.from, 1) + 1;

describe("the drawn stretch of a thread", () => {
  test("never holds more than it may, all the way up through 5,000 messages and down again", () => {
    let span = endSpan(5_000);
    const seen = new Set<number>();
    const look = () => {
      expect(drawn(span, 5_000)).toBeLessThanOrEqual(MOST);
      for (let seq = Math.max(1, span.from); seq <= Math.min(span.to, 5_000); seq += 1) seen.add(seq);
    };
    for (look(); span.from > 1; look()) span = earlier(span, 5_000);
    expect(seen.size).toBe(5_000);
    for (; span.to !== Infinity; look()) span = later(span, 5_000);
    expect(span.from).toBeGreaterThan(4_000);
  });
  test("begins with a part of what it is a moment later, around what is looked for", () => {
    for (const height of [480, 900, 4_000])
      for (const [first, whole, at] of [[endFirst(200, height), endSpan(200), 200], [firstAround(90, 200, height), spanAround(90, 200), 90], [firstAround(199, 200, height), spanAround(199, 200), 199]] as const) {
        expect(first.from).toBeGreaterThanOrEqual(whole.from);
        expect(first.to).toBeLessThanOrEqual(whole.to);
        expect(first.from <= at && at <= first.to).toBe(true);
      }
    expect(drawn(endFirst(200, 900), 200)).toBeLessThan(drawn(endSpan(200), 200) / 2);
  });
  test("keeps what is next to the edge that came near", () => {
    const before = { from: 1_000, to: 1_239 };
    expect(earlier(before, 5_000).to).toBeGreaterThanOrEqual(1_110);
    expect(later(before, 5_000).from).toBeLessThanOrEqual(1_120);
  });
  test("around a message close to the end is the end, and follows it", () => {
    expect(spanAround(4_990, 5_000).to).toBe(Infinity);
    expect(spanAround(2_000, 5_000).to).toBeLessThan(5_000);
  });
  test("a day of messages at the end does not grow it without limit", () => {
    let span = endSpan(10);
    for (let last = 11; last < 2_000; last += 1) span = trimmed(span, last);
    expect(drawn(span, 1_999)).toBeLessThanOrEqual(MOST);
  });
});

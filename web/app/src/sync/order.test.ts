import fc from "fast-check";
import { expect, test } from "vitest";
import type { Conversation, ListedView, ListFilter } from "../api/types";
import { compare, orderOf, sortKey } from "./order";
import { ModelServer } from "./testing/model";
import { comparison } from "./testing/lists";
import { viewKey } from "./windows";

const VIEWS: readonly ListedView[] = ["inbox", "yours", "open", "automated", "closed", "active"];
const SORTS = ["default", "newest", "oldest", "waiting", "priority"] as const;

/** Times as the server writes them: without the zeros of the fraction, some equal. */
const time = fc.integer({ min: 0, max: 40 }).map((n) => {
  const fraction = ["", ".5", ".25", ".000001", ".123456"][n % 5];
  return `2026-01-0${1 + (n % 3)}T00:00:0${n % 4}${fraction}Z`;
});

function conversation(): Conversation {
  const model = new ModelServer();
  model.customerWrites("c0", null);
  return model.row("c0");
}

const by = { kind: "agent", id: null, name: "" } as const;
const rows = fc.record({
  id: fc.constantFrom("a", "b", "c", "d"), waiting_since: fc.option(time), last_activity_at: time, handed_off: fc.constantFrom(null, "asked"),
  priority: fc.constantFrom("low" as const, "normal" as const, "high" as const, "urgent" as const), closed_at: time,
}).map(({ closed_at, ...row }): Conversation => ({ ...conversation(), ...row, closed: { by, at: closed_at, reason: null } }));

/** Date.parse knows no microseconds; these do not differ below milliseconds within one second but by being there. */
const exact = (text: string) => Number(text.slice(8, 10)) * 86_400 + Number(text.slice(17, -1));

test("rows are in the order of the server's keys, whatever the sort and however their times are written", () => {
  fc.assert(
    fc.property(rows, rows, fc.constantFrom(...VIEWS), fc.constantFrom(...SORTS), (one, other, view, sort) => {
      const order = orderOf(view, sort);
      const as = (each: Conversation): Conversation => ({
        ...each, last_activity_at: iso(each.last_activity_at), waiting_since: each.waiting_since && iso(each.waiting_since),
        closed: { by, at: iso(each.closed!.at), reason: null },
      });
      const iso = (text: string) => new Date(exact(text) * 1_000_000).toISOString(); // microseconds as milliseconds
      expect(Math.sign(compare(order, sortKey(order, one), sortKey(order, other)))).toBe(Math.sign(comparison(view, { sort })(as(one), as(other))));
    }),
    { numRuns: 2_000 },
  );
});

test("those who wait longest come first, then the others; the urgent before all", () => {
  const at = (minute: number) => `2026-01-01T00:0${minute}:00Z`;
  const make = (id: string, waits: number | null, active: number, priority: Conversation["priority"]): Conversation => ({
    ...conversation(), id, waiting_since: waits === null ? null : at(waits), last_activity_at: at(active), priority,
  });
  const all = [make("a", null, 1, "urgent"), make("b", 3, 4, "low"), make("c", 2, 5, "normal"), make("d", null, 0, "normal"), make("e", 1, 9, "high")];
  const sorted = (sort: (typeof SORTS)[number]) => {
    const order = orderOf("active", sort);
    return all.toSorted((one, other) => compare(order, sortKey(order, one), sortKey(order, other))).map(({ id }) => id).join("");
  };
  expect(SORTS.map(sorted)).toEqual(["ecbad", "ecbad", "dabce", "ecbda", "aedcb"]);
});

test("filters that ask for the same are one window, others are not", () => {
  const filters: ListFilter[] = [
    {}, { team_id: "x" }, { channel_id: "x" }, { label: "x" }, { handler_id: "x" }, { priority: "high" }, { unread: true }, { waiting: true },
    { snoozed: "only" }, { snoozed: "any" }, { sort: "newest" }, { sort: "oldest" },
  ];
  expect(new Set(filters.map((filter) => viewKey("inbox", filter))).size).toBe(filters.length);
  expect(viewKey("inbox", { sort: "default", unread: false })).toBe(viewKey("inbox"));
  expect(viewKey("inbox", { label: "x", team_id: "y" })).toBe(viewKey("inbox", { team_id: "y", label: "x" }));
});

test("in Automated those that need somebody come first, then the newest", () => {
  const bot = { mode: "live", turns: 1, step: null, knows: {}, help: null, paused_until: null, goal: null, suggestions: [] } as const;
  const at = (minute: number) => `2026-01-01T00:0${minute}:00Z`;
  const make = (id: string, active: number, needs: boolean): Conversation => ({
    ...conversation(), id, last_activity_at: at(active), bot: { ...bot, help: needs ? { reason: "missed", since: at(0) } : null },
  });
  const order = orderOf("automated");
  const given = [make("a", 1, true), make("b", 5, false), make("c", 3, true), make("d", 2, false)];
  expect(given.toSorted((one, other) => compare(order, sortKey(order, one), sortKey(order, other))).map(({ id }) => id)).toEqual(["c", "a", "b", "d"]);
});

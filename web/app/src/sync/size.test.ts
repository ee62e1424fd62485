import { beforeAll, expect, test } from "vitest";
import type { Event } from "../api/events";
import type { Conversation, ListedView, ListFilter } from "../api/types";
import { apply } from "./apply";
import { newState, putConversation, shownConversation, takeSnapshot, windowOf, type State } from "./state";
import { ModelServer } from "./testing/model";
import { takePage, windowShown } from "./windows";

const MANY = 100_000;
const LISTS: readonly (readonly [ListedView, ListFilter])[] = [["inbox", {}], ["active", { sort: "oldest" }], ["active", { sort: "waiting" }]];

let state: State;

/** Everything that is open, scrolled through to its end, in three lists. */
beforeAll(() => {
  const model = new ModelServer();
  model.customerWrites("c0", null);
  const template = model.row("c0");
  state = newState();
  takeSnapshot(state, model.snapshot());
  const at = (index: number) => new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString();
  const rows = Array.from({ length: MANY }, (_, index): Conversation => ({
    ...template, id: `c${index}`, identity_id: `identity-${index}`, contact: { id: `contact-${index}`, name: "Bo", revision: 0 },
    waiting_since: at(index), last_activity_at: at(index), revision: 1, read_count: 0,
  }));
  for (let from = 0; from < MANY; from += 100) {
    const page = rows.slice(from, from + 100);
    for (const each of page) putConversation(state, each);
    for (const [view, filter] of LISTS) {
      takePage(windowOf(state, view, filter), state.me!, (id) => shownConversation(state, id), page, from + 100 < MANY ? "next" : null, [], false);
    }
  }
}, 60_000);

function event<T extends Event["type"]>(type: T, data: unknown): Event {
  return { seq: state.seq + 1, prev: state.seq, at: "", actor: { kind: "system", id: null, name: "" }, type, data } as Event;
}

function changed(type: Event["type"], index: number, change: Partial<Conversation>): Event {
  const known = state.conversations.get(`c${index}`)!;
  return event(type, { conversation: { ...known, ...change, revision: state.seq + 1 }, previous: known, messages: [] });
}

function median(times: number[]): number {
  return times.sort((one, other) => one - other)[times.length >> 1]!;
}

test.each([
  ["nothing moves", (index: number) => changed("conversation_labelled", index, { labels: [`label-${index}`] })],
  ["it goes to the other end", (index: number) => changed("message_added", index, { last_activity_at: "2027-01-01T00:00:00Z", waiting_since: "2027-01-01T00:00:00Z" })],
  ["it leaves", (index: number) => changed("conversation_snoozed", index, { snoozed: { until: null, at: "", by: { kind: "agent", id: null, name: "" } } })],
  ["a contact is renamed", (index: number) => event("contact_changed", { contact: { id: `contact-${index}`, name: "Cy", revision: index + 1 } })],
  ["an identity moves", (index: number) => event("identities_moved", { contact: { id: `contact-${index + 1}`, name: "Cy", revision: index + 1 }, identity_ids: [`identity-${index}`] })],
])("with 100,000 rows in each of three lists, an event takes less than a millisecond: %s", (_name, make) => {
  const times: number[] = [];
  for (let index = 50; index < 20_000; index += 100) {
    const next = make(index);
    const begun = performance.now();
    apply(state, next);
    times.push(performance.now() - begun);
  }
  expect(median(times)).toBeLessThan(1);
});

test("what is shown of a list is copied when its rows have moved, and only then", () => {
  const inbox = windowOf(state, "inbox", {});
  const before = windowShown(inbox);
  apply(state, changed("conversation_labelled", 7, { labels: ["other"] }));
  apply(state, changed("note_added", 8, { last_activity_at: "2028-01-01T00:00:00Z" }));
  expect(windowShown(inbox)).toBe(before);
  apply(state, changed("conversation_closed", 9, { status: "closed" }));
  const after = windowShown(inbox);
  expect(after.ids).toHaveLength(before.ids.length - 1);
  expect(windowShown(inbox)).toBe(after);
});

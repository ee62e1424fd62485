import { expect, test, vi } from "vitest";
import type { ListFilter, SavedView } from "../../api/types";

vi.stubGlobal("location", new URL("http://localhost/"));
vi.stubGlobal("addEventListener", () => undefined);
const { parse, pathOf } = await import("../../lib/router.svelte");
const { filtersOf } = await import("../../lib/savedviews");
const { differs, isFiltered } = await import("./filters");

const saved = (filter: ListFilter, view: SavedView["view"] = "open"): SavedView => ({ id: "s", name: "Late", scope: "mine", owner_id: "me", view, filter, position: 0 });
function opened(one: SavedView) {
  const route = parse(new URL(pathOf({ view: one.view, saved: one.id, filters: filtersOf(one) }), "http://localhost"));
  if (route.name !== "view") throw new Error("not a list");
  return route;
}

test("a saved view that is opened by its link has not changed, whatever it holds", () => {
  const everything: ListFilter = { team_id: "t", channel_id: "c", label: "l", unread: true, waiting: true, priority: "high", handler_id: "none", sort: "waiting" };
  for (const one of [saved({}), saved(everything), saved({ team_id: "t" }, "active"), saved({ unread: false, sort: "default" } as ListFilter)]) {
    const { view, filters, team } = opened(one);
    expect(differs(one, view, filters, team)).toBe(false);
  }
});
test("another filter, order or view is a change; looking at what is snoozed there is none", () => {
  const one = saved({ label: "l" });
  const { view, filters } = opened(one);
  expect(differs(one, view, { ...filters, unread: true }, null)).toBe(true);
  expect(differs(one, view, { ...filters, label: null }, null)).toBe(true);
  expect(differs(one, view, { ...filters, sort: "oldest" }, null)).toBe(true);
  expect(differs(one, "closed", filters, null)).toBe(true);
  expect(differs(one, view, { ...filters, snoozed: true }, null)).toBe(false);
});
test("an order alone narrows nothing; each chip does", () => {
  const { filters } = opened(saved({}));
  expect(isFiltered({ ...filters, sort: "newest", snoozed: true })).toBe(false);
  for (const part of [{ unread: true }, { waiting: true }, { channel: "c" }, { team: "t" }, { label: "l" }, { priority: "low" as const }, { handler: "none" }])
    expect(isFiltered({ ...filters, ...part })).toBe(true);
});

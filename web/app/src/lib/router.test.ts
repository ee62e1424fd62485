import { expect, test, vi } from "vitest";

vi.stubGlobal("location", new URL("http://localhost/"));
vi.stubGlobal("addEventListener", () => undefined);
const { parse, pathOf } = await import("./router.svelte");
const at = (path: string) => parse(new URL(path, "http://localhost"));

test("a copied link opens the same conversation in the same view with the same filters", () => {
  const path = pathOf({ view: "yours", conversation: "c1", filters: { unread: true, channel: "ch" } });
  expect(at(path)).toMatchObject({ name: "view", view: "yours", conversation: "c1", filters: { unread: true, channel: "ch", label: null } });
});
test("a team has its own address", () => {
  expect(at(pathOf({ view: "active", team: "t1", conversation: "c1" }))).toMatchObject({ view: "active", team: "t1", conversation: "c1" });
});
test("sign-in goes on to a path of ours only", () => {
  expect(at("/sign-in?next=%2Fyours%3Fsort%3Doldest")).toEqual({ name: "sign-in", next: "/yours?sort=oldest" });
  for (const bad of ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "/.//evil.example"])
    expect(at(`/sign-in?next=${encodeURIComponent(bad)}`)).toEqual({ name: "sign-in", next: "/" });
});
test("an address that leads nowhere says so", () => {
  expect(at("/nowhere")).toEqual({ name: "missing" });
  expect(at("/settings/unknown")).toEqual({ name: "settings", page: null, item: null, part: null });
  expect(at("/settings/bots/robo/versions")).toEqual({ name: "settings", page: "bots", item: "robo", part: "versions" });
});

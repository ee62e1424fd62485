import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ListedView, ListFilter } from "../api/types";
import { OTHER, TEAMS } from "./testing/desk";
import { ModelServer } from "./testing/model";
import { World } from "./testing/world";

/** The lists that are open: each view, and each sort and filter in one of them. */
const LISTS: readonly (readonly [ListedView, ListFilter])[] = [
  ["inbox", {}], ["yours", {}], ["open", {}], ["automated", {}], ["closed", {}], ["active", {}],
  ["active", { sort: "newest", snoozed: "any" }], ["active", { sort: "oldest", snoozed: "any" }],
  ["active", { sort: "waiting", snoozed: "any" }], ["inbox", { sort: "priority" }],
  ["active", { snoozed: "only" }], ["active", { waiting: true, sort: "priority", snoozed: "any" }], ["inbox", { priority: "urgent" }],
  ["active", { unread: true }], ["active", { handler_id: OTHER }], ["active", { handler_id: "none", team_id: "team-a" }],
  ["active", { label: "label-1", sort: "waiting" }],
];
const IDS = ["c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7"];

type Command = { readonly name: string; readonly run: (world: World) => void | Promise<void> };

const id = fc.constantFrom(...IDS);
const priority = fc.constantFrom("urgent" as const, "high" as const, "normal" as const, "low" as const);
const team = fc.constantFrom(null, ...TEAMS);

function command(name: string, run: Command["run"]): Command {
  return { name, run };
}

const outside: fc.Arbitrary<Command> = fc.oneof(
  fc.tuple(id, team).map(([c, t]) => command(`customer writes ${c} ${t}`, (w) => w.model.customerWrites(c, t))),
  fc
    .tuple(id, fc.constantFrom("agent" as const, "bot" as const, "none" as const), fc.option(team, { nil: undefined }))
    .map(([c, kind, t]) => command(`other hands ${c} ${kind} ${t}`, (w) => w.model.otherTakes(c, kind, t))),
  id.map((c) => command(`other replies ${c}`, (w) => w.model.otherReplies(c))),
  id.map((c) => command(`other closes ${c}`, (w) => w.model.otherCloses(c))),
  fc.tuple(id, priority).map(([c, p]) => command(`other prioritises ${c} ${p}`, (w) => w.model.otherPrioritises(c, p))),
  id.map((c) => command(`other snoozes ${c}`, (w) => w.model.otherSnoozes(c))),
  id.map((c) => command(`wakes ${c}`, (w) => w.model.wakes(c))),
  fc.tuple(id, fc.constantFrom("x", "y")).map(([c, e]) => command(`customer reacts ${c} ${e}`, (w) => w.model.customerReacts(c, e))),
  fc.tuple(id, id).map(([c, d]) => command(`identity of ${c} moves to ${d}'s contact`, (w) => w.model.identityMoves(c, d))),
  fc
    .tuple(fc.constantFrom("view-1", "view-2"), fc.constantFrom(...LISTS), fc.constantFrom("everyone" as const, "mine" as const))
    .map(([v, [view, filter], scope]) => command(`saved view ${v} ${scope}`, (w) => w.model.viewIsSaved(v, view, filter, scope))),
  id.map((c) => command(`notified of ${c}`, (w) => w.model.notified(c))),
  fc.constant(command("notifications read", (w) => w.model.notificationsRead())),
  fc.constantFrom(null, 1, 2).map((n) => command(`preference set elsewhere ${n}`, (w) => void w.model.setPreferences({ one: n }))),
  id.map((c) => command(`delivery moves ${c}`, (w) => w.model.deliveryMoves(c))),
  id.map((c) => command(`read elsewhere ${c}`, (w) => w.model.readElsewhere(c))),
  id.map((c) => command(`contact renamed ${c}`, (w) => w.model.contactRenamed(c))),
  fc.constant(command("label removed", (w) => w.model.labelRemoved())),
  fc.constant(command("log forgotten", (w) => w.model.forgetLog())),
  fc.subarray([...TEAMS]).map((teams) => command(`my teams are ${teams}`, (w) => w.model.myTeamsChange(teams))),
);

const mine: fc.Arbitrary<Command> = fc.oneof(
  id.map((c) => command(`open thread ${c}`, (w) => void w.store.openThread(c, IDS.slice(0, 2)))),
  id.map((c) => command(`load older ${c}`, (w) => void w.store.loadOlder(c))),
  fc.constantFrom(...LISTS).map(([v, f]) => command(`load more ${v} ${JSON.stringify(f)}`, (w) => void w.store.loadMore(v, f))),
  id.map((c) => command(`load newer ${c}`, (w) => void w.store.loadNewer(c))),
  id.map((c) => command(`show newest ${c}`, (w) => void w.store.showNewest(c))),
  fc.tuple(id, fc.nat(30)).map(([c, n]) => command(`show message ${c} ${n}`, (w) => void w.store.showMessage(c, `message-${c}-${n}`))),
  known("reply", (w, c) => w.store.reply(c, { text: "answer" })),
  known("reply taking over", (w, c) => w.store.reply(c, { text: "answer", takeOver: true })),
  known("note", (w, c) => w.store.note(c, "note")),
  known("pick", (w, c) => w.store.pick(c)),
  known("forward", (w, c) => w.store.forward(c, { teamId: "team-b" })),
  known("close", (w, c) => w.store.close(c)),
  known("reopen", (w, c) => w.store.reopen(c)),
  known("label", (w, c) => w.store.label(c, ["label-1"])),
  fc.tuple(id, priority).map(([c, p]) => command(`priority ${c} ${p}`, (w) => void (w.store.conversation(c) && w.store.prioritise(c, p)))),
  known("snooze", (w, c) => w.store.snooze(c, null)),
  known("unsnooze", (w, c) => w.store.unsnooze(c)),
  known("react", (w, c) => w.store.react(c, w.store.thread(c).messages[0]?.id ?? "", "x")),
  known("take reaction back", (w, c) => w.store.react(c, w.store.thread(c).messages[0]?.id ?? "", null)),
  fc.constantFrom(null, 3, 4).map((n) => command(`preference ${n}`, (w) => void (w.store.ready && w.store.setPreferences({ one: n })))),
  known("read", (w, c) => w.store.markRead(c)),
  fc.constant(command("send anyway", (w) => w.store.pending().forEach((each) => w.store.sendAnyway(each.id)))),
);

const network: fc.Arbitrary<Command> = fc.oneof(
  fc.constantFrom("repeat" as const, "skip" as const, "cut" as const).map((t) => command(`frame: ${t}`, (w) => void (w.trouble = t))),
  fc.nat(2).map((n) => command(`lose ${n} calls`, (w) => void (w.losing = n))),
  fc.boolean().map((off) => command(off ? "offline" : "online", (w) => void (w.offline = off))),
  fc.constant(command("sockets cut", (w) => w.cut())),
  fc.boolean().map((off) => command(`opened anew ${off ? "offline" : ""}`, (w) => openedAnew(w, off))),
  fc.constant(command("page hidden", (w) => w.store.seen(false))),
  fc.constant(command("wake", (w) => w.store.wake())),
);

const steps = fc.array(fc.nat(20), { minLength: 1, maxLength: 6 }).map((choices) =>
  command(`steps ${choices}`, async (w) => {
    for (const choice of choices) await w.steps.next(choice);
  }),
);

function known(name: string, act: (world: World, id: string) => unknown): fc.Arbitrary<Command> {
  return id.map((c) => command(`${name} ${c}`, (w) => void (w.store.conversation(c) && act(w, c))));
}

function watched(): World {
  const model = new ModelServer();
  for (const [index, each] of IDS.slice(0, 5).entries()) model.customerWrites(each, [null, ...TEAMS][index % 3] ?? null);
  for (let count = 0; count < 24; count += 1) model.customerWrites("c0", null); // a long one, for jumps
  const world = new World(model);
  openAll(world);
  return world;
}

function openedAnew(world: World, offline: boolean): void {
  if (offline) world.offline = true;
  world.reload();
  openAll(world);
}

function openAll(world: World): void {
  for (const [view, filter] of LISTS) world.store.openView(view, filter);
  world.store.followSavedCounts();
  world.store.start();
}

/** Everything that a page shows is what the server would tell a fresh one. */
function expectAsFresh({ store, model }: World): void {
  const snapshot = model.snapshot();
  expect(store.stale).toBe(false);
  expect(store.me).toEqual(snapshot.me);
  expect([...store.labels.values()]).toEqual(snapshot.labels);
  expect([...store.savedViews.values()]).toEqual(snapshot.saved_views);
  for (const [each, count] of Object.entries(model.savedCounts())) expect(store.savedCount(each), each).toBe(count);
  expect(store.notificationsUnread).toBe(snapshot.notifications.unread);
  const unsettled = new Set(store.pending().map((each) => each.conversationId));
  expect({ ...store.state.counts }).toEqual(
    Object.fromEntries(["inbox", "yours", "open", "automated"].map((v) => [v, snapshot.views[v as "inbox"].count])),
  );
  expect([...store.teams.values()].map((each) => each.open_count)).toEqual(snapshot.teams.map((each) => each.open_count));
  for (const [view, filter] of LISTS) {
    const shown = store.view(view, filter);
    const rows = model.list(view, filter);
    const named = `${view} ${JSON.stringify(filter)}`;
    expect(shown, named).toMatchObject({ loaded: true, loading: false, error: null });
    expect(shown.ids, named).toEqual(rows.map((row) => row.id).slice(0, shown.complete ? rows.length : shown.ids.length));
    expect(shown.ids.length, named).toBeGreaterThanOrEqual(Math.min(rows.length, shown.complete ? rows.length : 1));
    for (const each of shown.ids) if (!unsettled.has(each)) expect(store.conversation(each)).toEqual(model.row(each));
  }
  for (const [each, thread] of store.state.threads) expectThreadAsFresh(each, thread.loaded, { store, model } as World);
}

function expectThreadAsFresh(id: string, loaded: boolean, { store, model }: World): void {
  if (!loaded) return;
  const rows = visibleThread(model, id);
  if (rows === null) return expect(store.conversation(id)).toBeUndefined();
  const messages = store.thread(id).messages.filter((message) => !message.pending);
  const { hasOlder, hasNewer } = store.thread(id);
  const from = hasNewer ? (messages[0]?.seq ?? 1) - 1 : rows.length - messages.length;
  expect(messages).toEqual(rows.slice(from, from + messages.length));
  expect(hasOlder).toBe(from > 0);
}

function visibleThread(model: ModelServer, id: string) {
  try {
    return model.thread(id, null, 1000);
  } catch {
    return null;
  }
}

describe("the store", () => {
  test("ends in the state of a fresh load, however events, answers, drops, repeats and reconnects interleave", async () => {
    const commands = fc.array(fc.oneof({ arbitrary: steps, weight: 6 }, { arbitrary: outside, weight: 5 }, { arbitrary: mine, weight: 4 }, { arbitrary: network, weight: 2 }), { maxLength: 80, size: "max" });
    await fc.assert(
      fc.asyncProperty(commands, async (all) => {
        const world = watched();
        for (const each of all) await each.run(world);
        world.store.seen(true);
        await world.settle();
        expect(world.store.pending().filter((each) => each.state !== "failed" && each.state !== "conflict")).toEqual([]);
        expectAsFresh(world);
        world.store.stop();
      }),
      { numRuns: Number(process.env.HARKEN_RUNS ?? 200) },
    );
  }, 600_000);
});

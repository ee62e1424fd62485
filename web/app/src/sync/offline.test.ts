import { describe, expect, test } from "vitest";
import { keptAgent } from "./offline";
import type { Operation } from "./model";
import { ME } from "./testing/desk";
import { ModelServer } from "./testing/model";
import { World } from "./testing/world";

async function open(conversations = 4): Promise<World> {
  const model = new ModelServer();
  for (let index = 0; index < conversations; index += 1) model.customerWrites(`c${index}`, "team-a");
  const world = new World(model);
  watch(world);
  await world.settle();
  await kept(world);
  return world;
}

function watch({ store }: World): void {
  store.openView("inbox");
  store.openView("yours");
  store.openThread("c0");
  store.start();
}

/** The page is put in the background: what has changed is written. */
async function kept(world: World): Promise<void> {
  world.store.seen(false);
  await steps(world, 1);
}

async function steps(world: World, count: number): Promise<void> {
  for (let step = 0; step < count; step += 1) await world.steps.next(0);
}

async function openedOffline(world: World): Promise<void> {
  world.offline = true;
  world.reload();
  watch(world);
  await steps(world, 8);
}

function logged(world: World, type: string): number {
  return world.model.log.filter(({ body }) => body.type === type).length;
}

describe("a page that is opened without a network", () => {
  test("shows what was seen last, and says so; then what is true", async () => {
    const world = await open();
    const before = { inbox: world.store.view("inbox").ids, thread: world.store.thread("c0").messages, counts: world.store.counts };
    await openedOffline(world);
    expect(world.store).toMatchObject({ ready: true, stale: true, connection: "offline" });
    expect(world.store.view("inbox")).toMatchObject({ ids: before.inbox, loaded: true, error: null });
    expect(world.store.thread("c0")).toMatchObject({ messages: before.thread, loaded: true, error: null });
    expect(world.store.counts).toEqual(before.counts);
    world.model.otherTakes("c1", "agent", undefined);
    world.model.customerWrites("c0", "team-a");
    await world.settle();
    expect(world.store.stale).toBe(false);
    expect(world.store.view("inbox").ids).not.toContain("c1");
    expect(world.store.thread("c0").messages).toHaveLength(2);
  });

  test("says of what it has not kept that there is no server, and asks for nothing until there is", async () => {
    const world = await open();
    await openedOffline(world);
    world.store.openView("closed");
    world.store.openThread("c3");
    expect(world.store.view("closed")).toMatchObject({ loaded: false, loading: false, error: "The server cannot be reached." });
    expect(world.store.thread("c3")).toMatchObject({ loaded: false, loading: false, error: "The server cannot be reached." });
    await world.settle();
    expect(world.store.view("closed")).toMatchObject({ loaded: true, error: null });
    expect(world.store.thread("c3")).toMatchObject({ loaded: true, error: null });
  });

  test("takes what one does, keeps it over another reload, and it happens once", async () => {
    const world = await open();
    await openedOffline(world);
    const { store } = world;
    const message = store.thread("c0").messages[0]?.id ?? "";
    store.snooze("c1", null);
    store.prioritise("c0", "urgent");
    store.label("c0", []);
    store.react("c0", message, "x");
    store.note("c0", "seen on the train");
    store.close("c2");
    expect(store.view("inbox").ids).toEqual(["c0"]);
    expect(store.thread("c0").messages[0]?.reactions).toMatchObject([{ emoji: "x" }]);
    const done = store.pending().map((each) => each.operation);
    await openedOffline(world);
    expect(world.store.stale).toBe(true);
    const later: Operation[] = world.store.pending().map((each) => each.operation);
    expect(new Set(later)).toEqual(new Set(done));
    expect(world.store.view("inbox").ids).toEqual(["c0"]);
    await world.settle();
    expect(world.store.pending()).toEqual([]);
    expect(world.model.conversations.get("c0")).toMatchObject({ priority: "urgent", labels: [] });
    expect(world.model.conversations.get("c1")?.snoozed).toMatchObject({ by: { id: ME } });
    expect(world.model.conversations.get("c2")?.status).toBe("closed");
    const types = ["conversation_snoozed", "conversation_prioritised", "conversation_labelled", "message_changed", "note_added", "conversation_closed"];
    expect(types.map((type) => logged(world, type))).toEqual([1, 1, 1, 1, 1, 1]);
  });

  test("does not wait for an answer that does not come", async () => {
    const world = await open();
    world.reload();
    watch(world);
    const answer = world.steps.holdLast(); // the wait for the snapshot's patience comes last; the call itself before it
    expect(world.store.ready).toBe(false);
    await answer();
    expect(world.store).toMatchObject({ ready: true, stale: true });
    await world.settle();
    expect(world.store.stale).toBe(false);
  });

  test("has what I set, and sets it on the server later", async () => {
    const world = await open();
    await openedOffline(world);
    world.store.setPreferences({ theme: "dark" });
    expect(world.store.me?.preferences).toEqual({ theme: "dark" });
    await openedOffline(world);
    expect(world.store.me?.preferences).toEqual({ theme: "dark" });
    await world.settle();
    expect(world.model.me.preferences).toEqual({ theme: "dark" });
    expect(world.keep.keys("harken.preferences.")).toEqual([]);
  });
});

describe("what is kept", () => {
  test("goes with the session, and nothing is written after it", async () => {
    const world = await open();
    expect(await keptAgent(world.archive, world.keep)).toBe(ME);
    world.model.customerWrites("c0", "team-a");
    await steps(world, 3);
    await world.store.forget();
    await kept(world);
    expect(await keptAgent(world.archive, world.keep)).toBeNull();
    expect(await world.archive.readDesk()).toBeNull();
    expect(await world.archive.readThreads()).toEqual([]);
  });

  test("goes when another agent signs in, who is not shown it and does not send what the other did", async () => {
    const world = await open();
    await openedOffline(world);
    world.store.note("c0", "from Ada");
    world.model.me = { ...world.model.me, id: "agent-new", name: "Nia" };
    await world.settle();
    expect(await world.archive.readDesk()).not.toMatchObject({ agent: ME });
    expect(world.store.me?.name).toBe("Nia");
    expect(world.store.pending()).toEqual([]);
    expect(logged(world, "note_added")).toBe(0);
    expect(world.keep.keys(`harken.pending.${ME}.`)).toHaveLength(1);
  });

  test("is bounded: the first rows, the last threads, their last messages, no large letters", async () => {
    const world = await open(260);
    const { store, model } = world;
    for (let row = 0; row < 90; row += 1) await Promise.all([store.loadMore("inbox"), world.steps.finish()]);
    for (let thread = 0; thread < 45; thread += 1) store.openThread(`c${thread}`)();
    for (let count = 0; count < 80; count += 1) model.customerWrites("c44", "team-a");
    const last = model.messages.get("c44")?.at(-1);
    model.messages.get("c44")?.splice(-1, 1, { ...last!, html: "x".repeat(60_000) });
    store.openThread("c44");
    await world.settle();
    await kept(world);
    const desk = await world.archive.readDesk();
    const threads = await world.archive.readThreads();
    expect(desk?.conversations.length).toBeLessThanOrEqual(200);
    expect(desk?.windows.find(({ view }) => view === "inbox")).toMatchObject({ complete: false, ids: { length: 50 } });
    expect(threads).toHaveLength(30);
    const long = threads.find(({ id }) => id === "c44")?.messages;
    expect(long?.length).toBeLessThanOrEqual(50);
    expect(long?.at(-1)).toMatchObject({ html: null, text: "hello" });
  });

  test("of a thread stays over a reload while it is mine to see and nothing new was said in it", async () => {
    const world = await open();
    for (const id of ["c1", "c2", "c3"]) world.store.openThread(id)();
    await world.settle();
    await kept(world);
    world.reload();
    watch(world);
    world.model.customerWrites("c1", "team-a");
    world.model.otherTakes("c2", "none", "team-b");
    await world.settle();
    await kept(world);
    expect((await world.archive.readThreads()).map(({ id }) => id).sort()).toEqual(["c0", "c3"]);
  });
});

import { describe, expect, test } from "vitest";
import { ME } from "./testing/desk";
import { ModelServer } from "./testing/model";
import { World } from "./testing/world";

async function open(): Promise<World> {
  const model = new ModelServer();
  model.customerWrites("c0", "team-a");
  model.customerWrites("c1", "team-a");
  const world = new World(model);
  watch(world);
  await world.settle();
  return world;
}

function watch({ store }: World): void {
  store.openView("inbox");
  store.openView("yours");
  store.openThread("c0");
  store.start();
}

function texts({ model }: World): string[] {
  return (model.messages.get("c0") ?? []).filter((message) => message.direction === "out").map((message) => message.text);
}

describe("what I do", () => {
  test("shows at once, before the server has heard of it", async () => {
    const world = await open();
    world.store.reply("c0", { text: "On its way." });
    expect(world.store.thread("c0").messages.at(-1)).toMatchObject({ text: "On its way.", pending: { state: "sending" } });
    expect(world.store.view("inbox").ids).toEqual(["c1"]);
    expect(world.store.view("yours").ids).toEqual(["c0"]);
    expect(world.store.counts).toMatchObject({ inbox: 1, yours: 1, open: 1 });
    expect(texts(world)).toEqual([]);
    await world.settle();
    expect(texts(world)).toEqual(["On its way."]);
    expect(world.store.pending()).toEqual([]);
    expect(world.store.counts).toMatchObject({ inbox: 1, yours: 1, open: 1 });
  });

  test("counts once while its answer is here and its event is not", async () => {
    const world = await open();
    world.store.pick("c0");
    for (let step = 0; step < 12; step += 1) {
      expect(world.store.counts).toMatchObject({ inbox: 1, yours: 1, open: 1 });
      await world.steps.next(0);
    }
  });

  test("waits offline, outlives the page, and goes once", async () => {
    const world = await open();
    world.offline = true;
    world.cut();
    world.store.reply("c0", { text: "first" });
    world.store.reply("c0", { text: "second" });
    for (let step = 0; step < 6; step += 1) await world.steps.next(0);
    world.reload();
    watch(world);
    await world.settle();
    expect(texts(world)).toEqual(["first", "second"]);
    expect(world.keep.keys("harken.pending.")).toEqual([]);
    expect(world.store.thread("c0").messages.filter((message) => message.direction === "out")).toHaveLength(2);
  });

  test("that meets a colleague keeps its text and says who, and is sent over them or discarded by choice", async () => {
    const world = await open();
    world.model.otherTakes("c0", "agent", undefined);
    const id = world.store.reply("c0", { text: "mine" });
    const other = world.store.reply("c0", { text: "mine too" });
    await world.settle();
    const [first] = world.store.pending("c0");
    expect(first).toMatchObject({ state: "conflict", operation: { text: "mine" }, conflict: { name: "Cy" } });
    expect(world.store.thread("c0").messages.at(-2)).toMatchObject({ text: "mine", pending: { state: "conflict" } });
    expect(world.store.counts).toMatchObject({ yours: 0, open: 1 });
    world.store.discard(other);
    world.store.sendAnyway(id);
    await world.settle();
    expect(texts(world)).toEqual(["mine"]);
    expect(world.model.conversations.get("c0")?.handler.id).toBe(ME);
    expect(world.store.pending()).toEqual([]);
  });

  test("is no conflict with what I did myself a moment ago", async () => {
    const world = await open();
    world.store.pick("c0");
    world.store.reply("c0", { text: "hello" });
    world.store.close("c0");
    await world.settle();
    expect(world.store.pending()).toEqual([]);
    expect(world.model.conversations.get("c0")?.status).toBe("closed");
  });

  test("that is refused stays with its reason until it is retried or discarded, on a reload too", async () => {
    const world = await open();
    world.model.otherCloses("c0");
    world.store.reply("c0", { text: "too late" });
    await world.settle();
    world.reload();
    watch(world);
    await world.settle();
    const [refused] = world.store.pending();
    expect(refused).toMatchObject({ state: "failed", error: { code: "conversation_closed" } });
    world.store.sendAnyway(refused?.id ?? "");
    await world.settle();
    expect(texts(world)).toEqual(["too late"]);
  });

  test("that puts a conversation aside gives way to the customer who writes meanwhile, without a word", async () => {
    const world = await open();
    world.store.openView("active", { snoozed: "only" });
    await world.settle();
    world.store.snooze("c0", null);
    expect(world.store.view("inbox").ids).toEqual(["c1"]);
    expect(world.store.view("active", { snoozed: "only" }).ids).toEqual(["c0"]);
    expect(world.store.counts).toMatchObject({ inbox: 1 });
    world.model.customerWrites("c0", "team-a");
    await world.settle();
    expect(world.store.pending()).toEqual([]);
    expect(world.store.view("inbox").ids).toEqual(["c0", "c1"]);
    expect(world.model.conversations.get("c0")?.snoozed).toBeNull();
  });

  test("marks read without waiting, and only once", async () => {
    const world = await open();
    world.store.markRead("c0");
    world.store.markRead("c0");
    expect(world.store.conversation("c0")?.read_count).toBe(1);
    await world.settle();
    expect(world.model.log.filter(({ body }) => body.type === "conversation_read")).toHaveLength(1);
  });
});

describe("my preferences", () => {
  test("are set at once, and on the server when it answers, also when the first answer was lost", async () => {
    const world = await open();
    world.losing = 1;
    world.store.setPreferences({ theme: "dark", density: "compact" });
    world.store.setPreferences({ density: null });
    expect(world.store.me?.preferences).toEqual({ theme: "dark" });
    await world.steps.finish();
    expect(world.model.me.preferences).toEqual({ theme: "dark" });
    expect(world.store.me?.preferences).toEqual({ theme: "dark" });
  });

  test("are those of the last change, wherever it was made", async () => {
    const world = await open();
    world.store.setPreferences({ theme: "dark" });
    while (Object.keys(world.model.me.preferences).length === 0) await world.steps.next(0);
    const [event, answer] = [world.steps.holdLast(), world.steps.holdLast()];
    await event();
    world.model.setPreferences({ theme: "light" });
    await world.steps.finish();
    await answer();
    await world.steps.finish();
    expect(world.store.me?.preferences).toEqual({ theme: "light" });
  });
});

test("no list is ever empty while the store loads itself anew", async () => {
  const world = await open();
  const lengths = new Set<number>();
  world.store.subscribe(() => lengths.add(world.store.view("inbox").ids.length));
  world.model.forgetLog();
  world.model.customerWrites("c2", null);
  world.model.forgetLog();
  world.cut();
  await world.settle();
  expect(world.store.view("inbox").ids).toEqual(["c0", "c1", "c2"]);
  expect([...lengths].sort()).toEqual([2, 3]);
});

import { expect, test } from "vitest";
import { ModelServer } from "./testing/model";
import { World } from "./testing/world";

function worldOf(conversations: number): World {
  const model = new ModelServer();
  for (let index = 0; index < conversations; index += 1) model.customerWrites(`c${index}`, "team-a");
  return new World(model);
}

test("what belongs below the loaded pages is not put among them, and is there when they are loaded", async () => {
  const world = worldOf(5);
  world.store.openView("inbox");
  world.store.start();
  await world.settle();
  expect(world.store.view("inbox")).toMatchObject({ ids: ["c0", "c1", "c2"], complete: false });
  world.model.customerWrites("c5", null);
  await world.settle();
  expect(world.store.view("inbox").ids).toEqual(["c0", "c1", "c2"]);
  expect(world.store.counts.inbox).toBe(6);
  await Promise.all([world.store.loadMore("inbox"), world.settle()]);
  expect(world.store.view("inbox")).toMatchObject({ ids: ["c0", "c1", "c2", "c3", "c4", "c5"], complete: true });
});

test("a thread that was read on the server before a message came has that message all the same", async () => {
  const world = worldOf(1);
  world.store.start();
  await world.settle();
  world.store.openThread("c0");
  await world.steps.next(0); // the server reads the thread
  const answer = world.steps.holdLast();
  world.model.customerWrites("c0", "team-a");
  await world.steps.finish();
  expect(world.store.state.seq).toBe(world.model.seq);
  await answer();
  await world.settle();
  expect(world.store.thread("c0").messages.map((message) => message.seq)).toEqual([1, 2]);
});

test("a page that was read on the server before a conversation left my sight does not bring it back", async () => {
  const world = worldOf(2);
  world.store.openView("inbox");
  world.store.start();
  await world.settle();
  world.store.openView("active");
  await world.steps.next(0); // the server reads the page
  const answer = world.steps.holdLast();
  world.model.otherTakes("c0", "none", "team-b");
  await world.steps.finish();
  expect(world.store.conversation("c0")).toBeUndefined();
  await answer();
  await world.settle();
  expect(world.store.view("active").ids).toEqual(["c1"]);
  expect(world.store.conversation("c0")).toBeUndefined();
});

test("an open thread that leaves my sight is gone at once, and comes back with the conversation", async () => {
  const world = worldOf(1);
  world.store.start();
  await world.settle();
  world.store.openThread("c0");
  await world.settle();
  world.model.otherTakes("c0", "none", "team-b");
  await world.settle();
  expect(world.store.thread("c0")).toMatchObject({ messages: [], loaded: false, error: "Not found" });
  world.model.otherTakes("c0", "none", "team-a");
  await world.settle();
  expect(world.store.thread("c0")).toMatchObject({ loaded: true, error: null });
  expect(world.store.thread("c0").messages).toHaveLength(3);
});

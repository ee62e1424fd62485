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

/** One conversation of forty messages, its thread open; pages of 3, and no more than 9 loaded without a gap. */
async function longThread(): Promise<World> {
  const world = worldOf(1);
  for (let count = 1; count < 40; count += 1) world.model.customerWrites("c0", "team-a");
  world.store.openThread("c0");
  world.store.start();
  await world.settle();
  return world;
}

function seqs({ store }: World): number[] {
  return store.thread("c0").messages.map((message) => message.seq);
}

test("a thread comes down to a message that is near, without a gap", async () => {
  const world = await longThread();
  const [found] = await Promise.all([world.store.showMessage("c0", "message-c0-35"), world.settle()]);
  expect(found).toBe(true);
  expect(seqs(world)).toEqual([35, 36, 37, 38, 39, 40]);
  expect(world.store.thread("c0")).toMatchObject({ hasOlder: true, hasNewer: false, loading: false });
});

test("a message far back is shown with those around it; what comes next is loaded, up to the newest, and then followed", async () => {
  const world = await longThread();
  const [found] = await Promise.all([world.store.showMessage("c0", "message-c0-10"), world.settle()]);
  expect(found).toBe(true);
  expect(seqs(world)).toEqual([8, 9, 10, 11, 12, 13]);
  world.model.customerWrites("c0", "team-a");
  await world.settle();
  expect(world.store.thread("c0")).toMatchObject({ hasOlder: true, hasNewer: true });
  expect(seqs(world).at(-1)).toBe(13);
  await Promise.all([world.store.loadOlder("c0"), world.settle()]);
  expect(seqs(world)).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13]);
  expect(world.store.thread("c0").hasNewer).toBe(true);
  for (let page = 0; page < 6; page += 1) await Promise.all([world.store.loadNewer("c0"), world.settle()]);
  expect(world.store.thread("c0").hasNewer).toBe(false);
  world.model.customerWrites("c0", "team-a");
  await world.settle();
  expect(seqs(world)).toEqual(Array.from({ length: 38 }, (_, index) => index + 5));
});

test("what I write far back in a thread is shown at its end", async () => {
  const world = await longThread();
  await Promise.all([world.store.showMessage("c0", "message-c0-10"), world.settle()]);
  world.store.note("c0", "mine");
  await world.settle();
  expect(seqs(world).slice(-3)).toEqual([39, 40, 41]);
  expect(world.store.thread("c0")).toMatchObject({ hasNewer: false });
});

test("a thread that is left goes back to its newest messages", async () => {
  const world = await longThread();
  const close = world.store.openThread("c0");
  await Promise.all([world.store.showMessage("c0", "message-c0-10"), world.settle()]);
  close();
  expect(seqs(world)).toHaveLength(6); // somebody still looks at it
  const other = new World(world.model);
  other.store.start();
  const leave = other.store.openThread("c0");
  await other.settle();
  await Promise.all([other.store.showMessage("c0", "message-c0-10"), other.settle()]);
  leave();
  other.store.openThread("c0");
  await other.settle();
  expect(seqs(other)).toEqual([38, 39, 40]);
});

test("a message that is not there is said to be not there, and the thread stays as it is", async () => {
  const world = await longThread();
  const [found] = await Promise.all([world.store.showMessage("c0", "message-c7-1"), world.settle()]);
  expect(found).toBe(false);
  expect(seqs(world)).toEqual([38, 39, 40]);
  expect(world.store.thread("c0").error).toBeNull();
  const [elsewhere] = await Promise.all([world.store.showMessage("c9", "message-c9-1"), world.settle()]);
  expect(elsewhere).toBe(false);
});

test("a thread is at a message too when the page is opened there", async () => {
  const { model } = await longThread();
  const world = new World(model);
  world.store.openThread("c0");
  const shown = world.store.showMessage("c0", "message-c0-20");
  world.store.start();
  await world.settle();
  expect(await shown).toBe(true);
  expect(seqs(world)).toContain(20);
});

test("conversations that nothing holds are let go, those of windows and threads are not", async () => {
  const world = worldOf(2);
  world.store.openView("inbox");
  world.store.openThread("c1");
  world.store.start();
  await world.settle();
  const [template] = [...world.store.state.conversations.values()];
  const { state } = world.store;
  for (let index = 0; index < 20_000; index += 1) {
    state.conversations.set(`free-${index}`, { ...template!, id: `free-${index}` });
    if (index % 500 === 0) world.store.setDraft("c0", String(index)); // any change
    if (index % 500 === 0) await Promise.resolve();
  }
  expect(state.conversations.size).toBeLessThan(8_000);
  expect(state.conversations.has("c0") && state.conversations.has("c1")).toBe(true);
});

test("the numbers of saved views are asked for while somebody reads them in a page that is seen, and never all the time", async () => {
  const world = worldOf(2);
  world.model.viewIsSaved("view-1", "inbox", {}, "everyone");
  let asked = 0;
  const count = world.model.savedCounts.bind(world.model);
  world.model.savedCounts = () => ((asked += 1), count());
  world.store.openView("inbox");
  world.store.start();
  await world.settle();
  world.model.customerWrites("c5", "team-a");
  await world.settle();
  expect(asked).toBe(0);
  const close = world.store.followSavedCounts();
  await world.settle();
  expect([asked, world.store.savedCount("view-1")]).toEqual([1, 3]);
  for (let index = 6; index < 30; index += 1) world.model.customerWrites(`c${index}`, "team-a");
  await world.steps.finish();
  expect(world.store.savedCount("view-1")).toBe(27);
  expect(asked).toBeLessThan(12); // of 24 events
  world.model.customerWrites("c30", "team-a");
  for (let before = asked; asked === before; ) await world.steps.next(0);
  await world.steps.next(0); // the answer is there: none is asked for again before its time
  const time = world.steps.holdLast();
  const meanwhile = asked;
  world.model.customerWrites("c31", "team-a");
  await world.steps.finish();
  expect(asked).toBe(meanwhile);
  await time();
  await world.steps.finish();
  expect(world.store.savedCount("view-1")).toBe(29);
  world.store.seen(false);
  const before = asked;
  world.model.customerWrites("c40", "team-a");
  await world.settle();
  expect(asked).toBe(before);
  world.store.seen(true);
  await world.settle();
  expect(world.store.savedCount("view-1")).toBe(30);
  close();
});

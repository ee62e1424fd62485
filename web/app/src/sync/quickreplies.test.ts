import { expect, test } from "vitest";
import type { QuickReply } from "../api/types";
import { QuickReplies } from "./quickreplies";

const reply = (id: string, revision: number, more: Partial<QuickReply> = {}): QuickReply => ({
  id, scope: "everyone", owner_id: null, team_id: null, shortcut: id, title: "", body: "Hello", language: null, attachments: [], usage_count: 0, last_used_at: null, revision, created_at: "", updated_at: "", ...more,
});

class Shelf {
  items = new Map<string, QuickReply>();
  asked = 0;
  fails = false;
  #answers: (() => void)[] = [];
  readonly known = new QuickReplies({ quickReplies: () => this.#ask() }, () => undefined);

  put(...replies: QuickReply[]): void {
    for (const each of replies) this.items.set(each.id, each);
  }
  get state() {
    return { count: this.items.size, revision: Math.max(0, ...[...this.items.values()].map((each) => each.revision)) };
  }
  #ask() {
    this.asked += 1;
    const answer = { state: this.state, items: [...this.items.values()] };
    const fails = this.fails;
    return new Promise<typeof answer>((resolve, reject) => this.#answers.push(() => (fails ? reject(new Error("away")) : resolve(answer))));
  }
  async answer(): Promise<void> {
    for (const each of this.#answers.splice(0)) each();
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
  }
  get ids() {
    return this.known.shown.items.map((each) => each.id).sort();
  }
}

test("nothing is loaded until somebody wants it, and then once", async () => {
  const shelf = new Shelf();
  shelf.put(reply("a", 1));
  shelf.known.state(shelf.state);
  expect(shelf.asked).toBe(0);
  shelf.known.want();
  shelf.known.want();
  await shelf.answer();
  expect([shelf.asked, shelf.ids]).toEqual([1, ["a"]]);
});

test("events keep it true, and a snapshot that says the same loads nothing", async () => {
  const shelf = new Shelf();
  shelf.put(reply("a", 1), reply("b", 2, { team_id: "t", scope: "team" }));
  shelf.known.want();
  await shelf.answer();
  shelf.put(reply("c", 3));
  shelf.known.event({ type: "quick_reply_changed", data: { quick_reply: reply("c", 3) } });
  shelf.items.delete("a");
  shelf.known.event({ type: "quick_reply_deleted", data: { id: "a" } });
  shelf.items.delete("b");
  shelf.known.event({ type: "team_removed", data: { id: "t" } });
  expect(shelf.ids).toEqual(["c"]);
  shelf.known.state(shelf.state);
  expect(shelf.asked).toBe(1);
});

test("after a time away, a snapshot that says otherwise loads it again", async () => {
  const shelf = new Shelf();
  shelf.put(reply("a", 1), reply("b", 2));
  shelf.known.want();
  await shelf.answer();
  shelf.items.delete("a");
  shelf.known.state(shelf.state);
  await shelf.answer();
  expect([shelf.asked, shelf.ids]).toEqual([2, ["b"]]);
});

test("what happens while an answer is on its way is not lost", async () => {
  const shelf = new Shelf();
  shelf.put(reply("a", 1));
  shelf.known.want();
  shelf.put(reply("b", 2));
  shelf.known.event({ type: "quick_reply_changed", data: { quick_reply: reply("b", 2) } });
  await shelf.answer();
  await shelf.answer();
  expect(shelf.ids).toEqual(["a", "b"]);
});

test("an import is loaded", async () => {
  const shelf = new Shelf();
  shelf.known.want();
  await shelf.answer();
  shelf.put(reply("a", 5));
  shelf.known.event({ type: "quick_replies_imported", data: { revision: 5 } });
  await shelf.answer();
  expect(shelf.ids).toEqual(["a"]);
});

test("a failure is said, not repeated by looking, and over when the connection is back", async () => {
  const shelf = new Shelf();
  shelf.put(reply("a", 1));
  shelf.fails = true;
  shelf.known.want();
  await shelf.answer();
  shelf.known.want();
  expect([shelf.asked, shelf.known.shown.failed]).toEqual([1, true]);
  shelf.fails = false;
  shelf.known.look();
  await shelf.answer();
  expect([shelf.known.shown.failed, shelf.ids]).toEqual([false, ["a"]]);
});

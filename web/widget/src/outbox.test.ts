import fc from "fast-check";
import { expect, test } from "vitest";
import { Outbox, Refused, type Sendable } from "./outbox";

/** A server that takes each id once, a network that loses calls or answers, a storage that outlives pages. */
class World {
  readonly taken: string[] = [];
  readonly kept = new Map<string, string>();
  plan: ("fine" | "call lost" | "answer lost" | "busy")[] = [];
  waits: (() => void)[] = [];

  page(): Outbox {
    const outbox = new Outbox({
      send: (entry) => this.send(entry),
      keep: (id, value) => void (value === null ? this.kept.delete(id) : this.kept.set(id, value)),
      wait: () => new Promise((resolve) => this.waits.push(resolve)),
      changed: () => undefined,
    });
    outbox.restore(Object.fromEntries(this.kept));
    return outbox;
  }

  async rest(): Promise<void> {
    do {
      for (const wake of this.waits.splice(0)) wake();
      await new Promise((resolve) => setImmediate(resolve));
    } while (this.waits.length > 0);
  }

  private async send(entry: Sendable): Promise<void> {
    const fate = this.plan.shift() ?? "fine";
    await Promise.resolve();
    if (fate === "call lost") throw new TypeError("network");
    if (fate === "busy") throw new Refused(false, 1_000);
    if (!this.taken.includes(entry.text)) this.taken.push(entry.text);
    if (fate === "answer lost") throw new TypeError("network");
  }
}

function entry(text: string, order: number): Sendable {
  return { id: `id-${text}`, text, files: [], at: new Date(order * 1000).toISOString() };
}

test("everything written goes out, in order and once, through lost calls, lost answers and reloads", async () => {
  const fate = fc.constantFrom("fine" as const, "call lost" as const, "answer lost" as const, "busy" as const);
  const step = fc.constantFrom("write" as const, "reload" as const, "rest" as const);
  await fc.assert(
    fc.asyncProperty(fc.array(fate, { maxLength: 12 }), fc.array(step, { maxLength: 12 }), async (plan, steps) => {
      const world = new World();
      world.plan = plan;
      let page = world.page();
      const written: string[] = [];
      for (const each of steps) {
        if (each === "reload") page = world.page();
        if (each === "rest") await world.rest();
        if (each === "write") page.add(entry(`m${written.push(`m${written.length}`) - 1}`, written.length));
      }
      await world.rest();
      expect([...world.taken].sort()).toEqual([...written].sort());
      expect(page.all).toEqual([]);
      expect(world.kept.size).toBe(0);
    }),
  );
});

test("what is refused for good stays to be seen and does not hold up what follows", async () => {
  const kept = new Map<string, string>();
  const sent: string[] = [];
  const outbox = new Outbox({
    send: async ({ text }) => {
      if (text === "too long") throw new Refused(true);
      sent.push(text);
    },
    keep: (id, value) => void (value === null ? kept.delete(id) : kept.set(id, value)),
    wait: () => new Promise(() => undefined),
    changed: () => undefined,
  });
  outbox.add(entry("too long", 1));
  outbox.add(entry("fine", 2));
  await new Promise((resolve) => setImmediate(resolve));
  expect(sent).toEqual(["fine"]);
  expect(outbox.all.map(({ text, state }) => [text, state])).toEqual([["too long", "refused"]]);
  expect(kept.size).toBe(1);
  outbox.drop("id-too long");
  expect(kept.size).toBe(0);
});

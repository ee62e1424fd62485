import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keysOf, offer, pressed, remap, type Command } from "./commands.svelte";

class Element {
  isContentEditable = false;
  tagName = "DIV";
  closest(): Element | null {
    return null;
  }
}
class Input extends Element {
  override tagName = "INPUT";
  constructor(public type: string) {
    super();
  }
}
let dialog = false;
let ran: string[] = [];
let withdraw = () => {};
const command = (id: string, keys: string[], more: Partial<Command> = {}): Command => ({ id, group: "app", title: id, keys, run: () => ran.push(id), ...more });

beforeEach(() => {
  vi.stubGlobal("HTMLElement", Element);
  vi.stubGlobal("HTMLInputElement", Input);
  vi.stubGlobal("document", { querySelector: () => (dialog ? {} : null) });
  dialog = false;
  ran = [];
  remap({});
  withdraw = offer(() => [
    command("palette", ["mod+k"]), command("close", ["e"], { group: "conversation" }), command("inbox", ["g i"]), command("next", ["j"], { group: "list" }),
    command("never", ["z"], { enabled: () => false }),
  ]);
});
afterEach(() => {
  withdraw();
  vi.unstubAllGlobals();
});

let time = 0;
function press(key: string, more: Record<string, unknown> = {}): boolean {
  let taken = false;
  time += 100;
  pressed({ key, code: "", timeStamp: time, target: new Element(), preventDefault: () => (taken = true), ...more } as unknown as KeyboardEvent);
  return taken;
}

test("a key runs its command, and only what is enabled", () => {
  expect([press("e"), press("z"), press("q")]).toEqual([true, false, false]);
  expect(ran).toEqual(["close"]);
});

test("two keys one after the other are one command, within a second; the second alone does nothing then", () => {
  press("g");
  press("i");
  expect(ran).toEqual(["inbox"]);
  press("g");
  press("e");
  expect(ran).toEqual(["inbox"]);
  press("g");
  time += 1_500;
  press("e");
  expect(ran).toEqual(["inbox", "close"]);
});

test("while one types, single keys are letters and those with Ctrl are commands", () => {
  const target = new Input("text");
  expect([press("e", { target }), press("k", { target, ctrlKey: true })]).toEqual([false, true]);
  expect(press("e", { isComposing: true })).toBe(false);
  expect(press("e", { target: new Input("checkbox") })).toBe(true);
  expect(ran).toEqual(["palette", "close"]);
});

test("nothing is run behind a dialog", () => {
  dialog = true;
  expect([press("e"), press("k", { ctrlKey: true })]).toEqual([false, false]);
});

test("a key held down moves along a list and repeats nothing else", () => {
  press("j", { repeat: true });
  press("e", { repeat: true });
  expect(ran).toEqual(["next"]);
});

test("own keys take the place of the usual ones", () => {
  remap({ close: ["x"], next: [] });
  press("e");
  press("x");
  press("j");
  expect(ran).toEqual(["close"]);
});

test("kept keys that are none leave a command its own", () => {
  remap({ "app.keys": 5, "app.new": ["c", null] } as never);
  expect([keysOf(command("app.keys", ["?"])), keysOf(command("app.new", ["n"]))]).toEqual([["?"], ["c"]]);
  remap({});
});

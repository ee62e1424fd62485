import { expect, test } from "vitest";
import { asking } from "./asking";
import type { Message } from "./protocol";

const said = (from: Message["from"], ...titles: string[]) =>
  ({ kind: "message", from, buttons: titles.map((title) => ({ title, value: title })) }) as unknown as Message;
const done = (kind: Message["kind"]) => ({ kind, from: "system" }) as unknown as Message;

test("quick answers stay open while their bot goes on, and end with whatever anybody else says or does", () => {
  const asked = said("bot", "Blue", "Red");
  expect(asking([])).toBeNull();
  expect(asking([said("visitor"), asked])).toBe(asked);
  expect(asking([asked, said("bot"), said("bot")])).toBe(asked);
  const next = said("bot", "Yes", "No");
  expect(asking([asked, said("bot"), next, said("bot")])).toBe(next);
  for (const end of [said("visitor"), said("agent"), said("system"), done("joined"), done("closed")]) {
    expect(asking([asked, said("bot"), end])).toBeNull();
    expect(asking([asked, end, said("bot")])).toBeNull();
  }
});

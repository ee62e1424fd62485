import { describe, expect, test } from "vitest";
import type { Conversation } from "../../api/types";
import type { ShownMessage, ThreadShown } from "../../sync/model";
import { unseenBy } from "./unseen";

const message = (seq: number, more: Partial<ShownMessage> = {}) =>
  ({ id: `m${seq}`, seq, kind: "message", direction: "in", text: `text ${seq}`, subject: null, attachments: [], author: { kind: "contact", id: "c", name: "Marta" }, ...more }) as ShownMessage;
const thread = (messages: ShownMessage[], hasNewer = false): ThreadShown => ({ messages, loaded: true, hasOlder: false, hasNewer, loading: false, error: null, missing: false });
const conversation = (more: Partial<Conversation> = {}) => ({ message_count: 9, last_message: null, ...more }) as Conversation;
const nothing = { began: 0, seen: 0, asked: 0 };

describe("sending", () => {
  test("over what came while I typed, and is below my screen, asks and shows the newest", () => {
    const found = unseenBy(thread([1, 2, 3, 4].map((seq) => message(seq))), conversation(), { ...nothing, began: 2, seen: 2 });
    expect(found).toEqual({ seq: 4, text: "text 4", name: "Marta", count: 2 });
  });
  test("asks nothing when it was there before I began, was on my screen, or was asked about", () => {
    for (const known of [{ began: 4 }, { seen: 4 }, { asked: 4 }]) expect(unseenBy(thread([message(3), message(4)]), conversation(), { ...nothing, ...known })).toBeNull();
  });
  test("asks nothing over a colleague's note, a line, or what I am sending", () => {
    const pending = { id: "x" } as ShownMessage["pending"] & object;
    const others = [message(3, { kind: "note", direction: "none" }), message(4, { kind: "event", direction: "none" }), message(5, { direction: "out", pending })];
    expect(unseenBy(thread(others), conversation(), { ...nothing, began: 2 })).toBeNull();
  });
  test("far back in the thread, asks by what the conversation says of its newest", () => {
    const last = { direction: "in", preview: "Hello?", author: { kind: "contact", id: "c", name: "Marta" } } as Conversation["last_message"];
    const old = thread([message(1)], true);
    expect(unseenBy(old, conversation({ last_message: last }), { ...nothing, began: 8, seen: 1 })?.text).toBe("Hello?");
    expect(unseenBy(old, conversation({ last_message: last }), { ...nothing, began: 9 })).toBeNull();
  });
});

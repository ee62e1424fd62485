import { describe, expect, test } from "vitest";
import type { ShownMessage } from "../../sync/model";
import { entriesOf } from "./entries";

const message = (seq: number, at: string, more: Partial<ShownMessage> = {}) =>
  ({ id: `m${seq}`, seq, kind: "message", direction: "in", client_message_id: null, author: { kind: "contact", id: "c", name: "Marta" }, created_at: at, ...more }) as ShownMessage;
const shape = (messages: ShownMessage[], unreadFrom: number | null = null) =>
  entriesOf(messages, unreadFrom).map((entry) => (entry.kind === "message" ? `${entry.first ? "[" : ""}${entry.message.seq}${entry.last ? "]" : ""}` : entry.kind));

describe("a thread's entries", () => {
  test("messages of one author stand together for five minutes", () => {
    expect(shape([message(1, "2026-03-03T10:00:00"), message(2, "2026-03-03T10:04:00"), message(3, "2026-03-03T10:09:30")])).toEqual(["day", "[1", "2]", "[3]"]);
  });
  test("another author, a note or a line ends a group", () => {
    const agent = { author: { kind: "agent" as const, id: "a", name: "Ada" }, direction: "out" as const };
    const all = [message(1, "2026-03-03T10:00:00"), message(2, "2026-03-03T10:01:00", agent), message(3, "2026-03-03T10:01:10", { ...agent, kind: "note", direction: "none" }), message(4, "2026-03-03T10:01:20", { kind: "event" }), message(5, "2026-03-03T10:01:30")];
    expect(shape(all)).toEqual(["day", "[1]", "[2]", "[3]", "line", "[5]"]);
  });
  test("a day begins at midnight by the local clock", () => {
    expect(shape([message(1, "2026-03-03T23:59:00"), message(2, "2026-03-04T00:01:00")])).toEqual(["day", "[1]", "day", "[2]"]);
  });
  test("the unread line stands once, before the first unread message, and parts a group", () => {
    expect(shape([message(1, "2026-03-03T10:00:00"), message(2, "2026-03-03T10:00:30"), message(3, "2026-03-03T10:01:00")], 2)).toEqual(["day", "[1]", "unread", "[2", "3]"]);
  });
  test("every entry knows the seq it stands at, in order", () => {
    const seqs = entriesOf([message(4, "2026-03-03T10:00:00"), message(5, "2026-03-04T10:00:00")], 5).map(({ seq }) => seq);
    expect(seqs).toEqual([4, 4, 5, 5, 5]);
  });
});

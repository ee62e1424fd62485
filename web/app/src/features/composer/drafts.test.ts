import { describe, expect, test } from "vitest";
import { hasWords } from "../../sync/draft";
import type { Message } from "../../api/types";
import type { Pending } from "../../sync/model";
import { mailOf, mailTakenBack, readDraft, takenBack, writeDraft } from "./drafts";

const empty = readDraft(null);

describe("a draft", () => {
  test("remembers what it answers, and how far the thread went when it was begun", () => {
    const draft = { ...empty, reply: "Hel", answered: { id: "m1", name: "Marta", text: "It broke" }, began: 12 };
    expect(readDraft(writeDraft(draft))).toEqual(draft);
  });
  test("is worth keeping for what it answers alone, and not when it is empty", () => {
    expect(writeDraft({ ...empty, answered: { id: "m1", name: "Marta", text: "" } })).not.toBeNull();
    expect(writeDraft({ ...empty, began: 4 })).toBeNull();
  });
  test("takes words back in front of its own, the reply's and the note's apart", () => {
    const kept = writeDraft({ ...empty, reply: "and more", note: "mine" });
    expect(readDraft(takenBack(kept, "reply", "It failed"))).toMatchObject({ reply: "It failed\nand more", note: "mine", mode: "reply" });
    expect(readDraft(takenBack(null, "note", "It failed"))).toMatchObject({ reply: "", note: "It failed", mode: "note" });
  });
  test("takes an e-mail back with its subject, its copies and its switches, and keeps whom it was for itself", () => {
    const back = { subject: "Boxes", recipients: { cc: ["fay@a.example"], bcc: ["gus@a.example"] }, signature: null, quoted: null } as unknown as Message;
    const meanwhile = { ...empty, reply: "and more", subject: "Crates", cc: ["hal@a.example"], bcc: ["gus@a.example", "ida@a.example"] };
    const mailed = { subject: "Boxes", cc: ["fay@a.example", "hal@a.example"], bcc: ["gus@a.example", "ida@a.example"], signature: false, quote: false };
    expect(mailTakenBack(meanwhile, mailOf(back)!)).toEqual(mailed);
    expect(readDraft(takenBack(writeDraft(meanwhile), "reply", "It went", mailOf(back)))).toMatchObject({ reply: "It went\nand more", ...mailed });
    expect(readDraft(takenBack(null, "reply", "It went", mailOf(back)))).toMatchObject({ ...mailed, cc: ["fay@a.example"], bcc: ["gus@a.example"] });
    const pending = { operation: { kind: "reply", mail: { subject: "Boxes", cc: [], bcc: [], signature: false, quote: "m1" } } } as unknown as Pending;
    expect(mailOf({ pending })).toEqual({ subject: "Boxes", cc: [], bcc: [], signature: false, quote: true });
    expect(mailOf({ text: "Hi", recipients: null, signature: null, quoted: null })).toBeNull();
  });
  test("that cannot be read is an empty one", () => {
    expect(readDraft("{")).toEqual(empty);
  });

  test("is marked in a list while it holds words or files that are not sent", () => {
    expect(hasWords(null)).toBe(false);
    expect(hasWords(writeDraft({ ...readDraft(null), reply: "Soon" }))).toBe(true);
    expect(hasWords(writeDraft({ ...readDraft(null), note: "ask Ben" }))).toBe(true);
    expect(hasWords(writeDraft({ ...readDraft(null), reply: " \n" }))).toBe(false);
    expect(hasWords(writeDraft({ ...readDraft(null), subject: "Boxes" }))).toBe(false);
  });
});

import { describe, expect, test } from "vitest";
import { hasWords } from "../../sync/draft";
import { readDraft, takenBack, writeDraft } from "./drafts";

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

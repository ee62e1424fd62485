import { describe, expect, test } from "vitest";
import type { QuickReply } from "../api/types";
import { find, fold, foldedText, marks, pieces, type Entry } from "./fuzzy";
import { inOrder } from "./quickreplies/order";

const reply = (shortcut: string, more: Partial<QuickReply> = {}): QuickReply => ({
  id: `${shortcut}-${more.language ?? "any"}-${more.scope ?? "everyone"}`, scope: "everyone", owner_id: null, team_id: null, shortcut, title: "", body: "", language: null, attachments: [], usage_count: 0,
  last_used_at: null, revision: 1, created_at: "", updated_at: "", ...more,
});
const found = (replies: QuickReply[], query: string, languages = ["en"]) => find(inOrder(replies, languages), query).map(({ item }) => item);
const names = (replies: QuickReply[], query: string) => found(replies, query).map(({ shortcut }) => shortcut);

describe("finding", () => {
  test("the shortcut counts before the title, the title before the body, and a beginning before the middle", () => {
    const replies = [reply("zz", { body: "We refund you" }), reply("money", { title: "Refund" }), reply("prefund"), reply("no-refund"), reply("refund-now"), reply("refund"), reply("gift", { title: "A refund" })];
    expect(names(replies, "refund")).toEqual(["refund", "refund-now", "no-refund", "prefund", "money", "gift", "zz"]);
  });
  test("among equals the one most used comes first, then the alphabet", () => {
    expect(names([reply("rb"), reply("ra"), reply("rc", { usage_count: 3 })], "r")).toEqual(["rc", "ra", "rb"]);
    expect(names([reply("b"), reply("a", { usage_count: 1 }), reply("c", { usage_count: 9 })], "")).toEqual(["c", "a", "b"]);
  });
  test("letters may be left out of a shortcut, and every word must be there", () => {
    expect(names([reply("shipping-delay"), reply("other")], "shdl")).toEqual(["shipping-delay"]);
    expect(names([reply("delay", { body: "Your parcel is late" }), reply("late")], "parcel late")).toEqual(["delay"]);
  });
  test("case and accents do not matter", () => {
    expect(names([reply("prämie"), reply("Único")], "pramie")).toEqual(["prämie"]);
    expect(names([reply("prämie"), reply("Único")], "UNICO")).toEqual(["Único"]);
  });
  test("of the variants of one shortcut the customer's language comes first, then any, and they stay together", () => {
    const variants = [reply("hi", { language: "de", usage_count: 9 }), reply("hi", { language: "es" }), reply("hi"), reply("ho", { usage_count: 5 })];
    expect(found(variants, "", ["es-MX", "en"]).map((each) => each.language ?? each.shortcut)).toEqual(["es", "hi", "de", "ho"]);
    expect(found(variants, "hi", ["de", "en"])[0]!.language).toBe("de");
  });
});

describe("marks", () => {
  test("stand on what was found, wherever letters change their length in other cases", () => {
    for (const [text, query, marked] of [["İstanbul refund", "refund", "refund"], ["Straße", "stra", "Stra"], ["Überweisung", "uber", "Über"], ["ﬁnal 😀 refund", "refund", "refund"]] as const) {
      expect(fold(text)).toHaveLength(text.length);
      expect(pieces(text, marks(text, query, "title")).filter((each) => each.marked).map((each) => each.text)).toEqual([marked]);
    }
  });
  test("put together again, the pieces are the text", () => {
    const text = "shipping-delay";
    const all = pieces(text, marks(text, "shdl", "shortcut"));
    expect(all.map((each) => each.text).join("")).toBe(text);
    expect(all.filter((each) => each.marked).map((each) => each.text).join("")).toBe("shdl");
  });
});

describe("5,000 Quick Replies", () => {
  const replies = Array.from({ length: 5_000 }, (_, at) => reply(`reply-${at}`, { body: `Hello, this is text number ${at}. `.repeat(8), usage_count: at % 97 }));

  /** Counts every search in a string while it runs. */
  function counting(entries: readonly Entry<QuickReply>[], query: string): number {
    let count = 0;
    const original = String.prototype.indexOf;
    String.prototype.indexOf = function (...given) {
      count += 1;
      return original.apply(this, given);
    };
    find(entries, query);
    String.prototype.indexOf = original;
    return count;
  }
  test("opening sorts and folds nothing: the order is there", () => {
    const entries = inOrder(replies, ["en"]);
    expect(inOrder(replies, ["en"])).toBe(entries);
    expect(find(entries, "")).toBe(entries);
    expect(inOrder(replies, ["de"])[0]!.folded).toBe(entries[0]!.folded);
  });
  test("a word is looked for a few times in each, whatever it is", () => {
    const entries = inOrder(replies, ["en"]);
    for (const query of ["r", "reply-4999", "number", "zzzz", "rp9"]) expect(counting(entries, query), query).toBeLessThan(5_000 * 20);
  });
  test("folding is the same for each whenever it is done", () => {
    expect(foldedText(replies[3]!)).toEqual(inOrder(replies, ["en"]).find(({ item }) => item === replies[3])!.folded);
  });
});

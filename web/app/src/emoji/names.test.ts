import { describe, expect, it } from "vitest";
import { codeAt, loadNames, wordAt } from "./names";

describe("the :word at the caret", () => {
  it.each([[":smi", "smi"], ["Well :sm", "sm"], ["(:sm", "sm"], ["a\n:lä", "lä"], [":", ""]])("is found in %j", (text, word) => {
    expect(wordAt(text, text.length)?.word).toBe(word);
  });
  it.each(["10:30", "http://", "http:x", "Re:smi", "a: b", ":) ", ":-)x", "::sm"])("is none in %j", (text) => {
    expect(wordAt(text, text.length)).toBeNull();
  });
  it("ends at the caret, not at the end of the text", () => {
    expect(wordAt("a :smi later", 5)).toEqual({ start: 2, end: 5, word: "sm" });
  });
  it("is a whole code with its second colon", () => {
    expect(codeAt("so :smile:", 10)).toEqual({ start: 3, end: 10, word: "smile" });
    expect(codeAt("at 10:30:", 9)).toBeNull();
  });
});

describe("emoji by name", () => {
  it("finds by shortcode first, and in the interface's language", async () => {
    const [en, de] = await Promise.all([loadNames("en"), loadNames("de")]);
    expect(en.find("smi", 5).map(({ emoji }) => emoji)).toContain("😄");
    expect(en.find("thumbsup", 1)[0]?.emoji).toBe("👍️");
    expect(de.find("lachenden", 5).map(({ emoji }) => emoji)).toContain("😄");
    expect(de.find("gluhb", 3)[0]?.name).toBe("Glühbirne");
    expect(de.find("smile", 1)[0]?.emoji).toBe("😄");
    expect(en.find("zzzzqq", 5)).toEqual([]);
  });
  it("knows what stands between two colons", async () => {
    const de = await loadNames("de");
    expect(de.exact("smile")).toBe("😄");
    expect(de.exact("+1")).toBe("👍️");
    expect(de.exact("glühbirne")).toBe("💡");
    expect(de.exact("nothing_like_it")).toBeNull();
  });
});

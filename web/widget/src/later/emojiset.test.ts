import { describe, expect, it } from "vitest";
import de from "virtual:emoji-set-de";
import en from "virtual:emoji-set-en";
import { kindsOf, searched } from "./emojiset";

describe("the emoji of the menu", () => {
  const kinds = kindsOf(de, "de");
  it("stand in groups, each with a name in the language", () => {
    expect(kinds.map(({ at }) => at)).toEqual([0, 1, 3, 4, 5, 6, 7, 8, 9]);
    const all = kinds.flatMap((kind) => kind.all);
    expect(all.length).toBeGreaterThan(1_700);
    expect(all.filter(([emoji, name]) => !emoji || !name)).toEqual([]);
  });
  it("are found by the beginnings of words, accents or not", () => {
    expect(searched(kinds, "gluhb")[0]).toEqual(["💡", "Glühbirne"]);
    expect(searched(kindsOf(en, "en"), "bulb light")[0]?.[0]).toBe("💡");
    expect(searched(kinds, "xqzzy")).toEqual([]);
  });
  it("have flags by what the browser calls the country", () => {
    expect(searched(kinds, "deutschland")[0]).toEqual(["🇩🇪", "Deutschland"]);
    expect(searched(kindsOf(en, "ar"), "ألمانيا")[0]?.[0]).toBe("🇩🇪");
  });
});

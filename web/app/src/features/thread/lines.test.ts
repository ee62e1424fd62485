import { describe, expect, test } from "vitest";
import { ar } from "../../i18n/ar";
import { de } from "../../i18n/de";
import type { LineType } from "../../api/types";
import type { ShownMessage } from "../../sync/model";
import { lineText } from "./lines";

const line = (type: string, reason: string | null = null) =>
  ({
    author: { kind: "agent", id: "a1", name: "Ben" }, text: "", created_at: "2026-03-02T10:00:00Z",
    line: { type: type as LineType, target_kind: "none", target_id: null, target_name: "", reason },
  }) as unknown as ShownMessage;

describe("a line of what happened", () => {
  test("says who did it, and me by you", () => {
    expect(lineText(line("closed"), "a2")).toMatch(/^Ben closed it at /);
    expect(lineText(line("closed"), "a1")).toMatch(/^You closed it at /);
  });
  test("says how urgent it became in words of the interface", () => {
    expect(lineText(line("prioritised", "urgent"), "a2")).toContain("Urgent");
  });
  test("speaks of me within the sentence too", () => {
    const given = line("forwarded");
    const forwarded = { ...given, line: { ...given.line, target_kind: "agent", target_id: "a2", target_name: "Ada" } } as ShownMessage;
    expect(lineText(forwarded, "a2")).toMatch(/^Ben forwarded it to you at /);
    expect(lineText(forwarded, "a3")).toMatch(/^Ben forwarded it to Ada at /);
    const { line: texts } = ar;
    expect([texts.closed(texts.you), texts.closed("Ben"), texts.forwarded("Ben", texts.you_there)]).toEqual(["أغلقتَها", "أغلقها Ben", "أحالها Ben إليك"]);
    expect(de.line.taken_over("Ben", de.line.you_there)).toBe("Ben: übernommen von Ihnen");
  });
  test("names both contacts of a merge and of its undoing", () => {
    const merge = (type: string) => {
      const given = line(type, "Nora N.");
      return { ...given, line: { ...given.line, target_kind: "contact", target_id: "c1", target_name: "Nora Next" } } as ShownMessage;
    };
    expect(lineText(merge("merged"), "a2")).toMatch(/^Ben merged Nora N\. into Nora Next at /);
    expect(lineText(merge("separated"), "a1")).toMatch(/^You undid the merge of Nora N\. into Nora Next at /);
  });
  test("of a kind that this page does not know yet still says who and why", () => {
    expect(lineText(line("levitated", "magic"), "a2")).toMatch(/^Ben: magic at /);
  });
});

import { describe, expect, test } from "vitest";
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
  test("of a kind that this page does not know yet still says who and why", () => {
    expect(lineText(line("levitated", "magic"), "a2")).toMatch(/^Ben: magic at /);
  });
});

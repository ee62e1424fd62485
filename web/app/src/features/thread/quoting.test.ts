import { describe, expect, test } from "vitest";
import { excerpt } from "./quoting";

const message = (text: string, names: string[] = []) => ({
  text, subject: null,
  attachments: names.map((name) => ({ id: name, name, type: "image/png", size: 1, kind: "image" as const, state: "ready" as const, inline: false, details: {} })),
});

describe("a quoted message", () => {
  test("is one line", () => {
    expect(excerpt(message("Hello\n\n  there\tMarta "))).toBe("Hello there Marta");
  });
  test("is cut between characters as people see them", () => {
    const family = "👨‍👩‍👧‍👦";
    const cut = excerpt(message(family.repeat(400)));
    expect(cut.length).toBeLessThan(180);
    expect(cut.replaceAll(family, "")).toBe("…");
  });
  test("of a megabyte costs nothing", () => {
    expect(excerpt(message("word ".repeat(200_000))).length).toBeLessThan(170);
  });
  test("without words is its files", () => {
    expect(excerpt(message(" ", ["box.jpg", "lid.jpg"]))).toBe("box.jpg, lid.jpg");
  });
});

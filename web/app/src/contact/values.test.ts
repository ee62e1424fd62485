import { describe, expect, it } from "vitest";
import { kindOf, placeOf, timeIn, typed } from "./values";

describe("attributes of contacts", () => {
  it("are text, numbers, yes or no, or a date that there is", () => {
    expect(["gold", 3, true, "2024-02-29", "2024-13-01", "29.2.2024"].map(kindOf)).toEqual(["text", "number", "boolean", "date", "text", "text"]);
  });

  it("are typed as what they are, and refused as anything else", () => {
    expect(typed(" 4.5 ", "number")).toBe(4.5);
    expect(typed("four", "number")).toBeNull();
    expect(typed("", "number")).toBeNull();
    expect(typed("2024-02-29", "date")).toBe("2024-02-29");
    expect(typed("yesterday", "date")).toBeNull();
    expect(typed("true", "boolean")).toBe(true);
    expect(typed("  gold ", "text")).toBe("gold");
    expect(typed("  ", "text")).toBeNull();
  });
});

describe("local time", () => {
  it("is the contact's own, and nothing for a zone that nobody knows", () => {
    const noon = Date.UTC(2026, 10, 22, 12, 0);
    expect(timeIn("Asia/Tokyo", noon)).toMatch(/9:00|21:00/);
    expect(timeIn("Mars/Olympus", noon)).toBeNull();
    expect(placeOf("America/Argentina/Buenos_Aires")).toBe("Buenos Aires");
  });
});

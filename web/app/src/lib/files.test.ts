import { describe, expect, test } from "vitest";
import { accepted, kindOf, refusal, type FileRules } from "./files";

const rules: FileRules = {
  files: [
    { types: ["image/*"], max_bytes: 5_000_000 },
    { types: ["application/pdf"], max_bytes: 100_000_000 },
  ],
  max_files: 2,
  captions: true,
};
const file = (name: string, type: string, size = 10) => ({ name, type, size });

describe("a file that is chosen", () => {
  test("goes along when the channel takes its type and size", () => {
    expect(refusal(file("label.pdf", "application/pdf", 6_000_000), 0, rules)).toBeNull();
  });
  test("is refused when its type's own limit is passed, not another's", () => {
    expect(refusal(file("photo.png", "image/png", 6_000_000), 0, rules)).toEqual({ reason: "too_big", name: "photo.png", limit: 5_000_000 });
  });
  test("is refused when the channel does not take its kind", () => {
    expect(refusal(file("run.exe", "application/x-msdownload"), 0, rules)).toEqual({ reason: "wrong_type", name: "run.exe" });
  });
  test("of which the browser does not know what it is goes to the server, which looks into it, unless the channel takes none as large", () => {
    const unknown = ["", "application/octet-stream"].flatMap((type) => [file("today.log", type, 6_000_000), file("film.heic", type, 100_000_001)]);
    expect(unknown.map((each) => refusal(each, 0, rules)?.reason)).toEqual([undefined, "too_big", undefined, "too_big"]);
    expect(refusal({ ...file("data", "application/octet-stream"), stored: true }, 0, rules)?.reason).toBe("wrong_type");
  });
  test("is refused when the message is full", () => {
    expect(refusal(file("a.png", "image/png"), 2, rules)).toEqual({ reason: "too_many", limit: 2 });
  });
  test("is refused when there is nothing in it", () => {
    expect(refusal(file("a.png", "image/png", 0), 0, rules)).toEqual({ reason: "empty", name: "a.png" });
  });
  test("is refused on a channel without files", () => {
    expect(refusal(file("a.png", "image/png"), 0, { ...rules, files: [] })).toEqual({ reason: "no_files" });
  });
});

test("the picker shows what the channel takes, or everything", () => {
  expect(accepted(rules)).toBe("image/*,application/pdf");
  expect(accepted({ ...rules, files: [{ types: ["*/*"], max_bytes: 1 }] })).toBe("");
});

test("a drawing that can hold scripts is no picture", () => {
  expect(["image/png", "image/svg+xml", "audio/webm", "text/html"].map(kindOf)).toEqual(["image", "file", "audio", "file"]);
});

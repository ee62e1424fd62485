import { describe, expect, it } from "vitest";
import { fileProblem, reportFile, type ImportReport } from "./imports";
import { askedOf, contactsPath, narrowed } from "./paths";

describe("the address of the contacts page", () => {
  it("holds the search, the filters, the order and the contact, and is read back", () => {
    const asked = { q: "mar & oli", label: "l1", connector: "email", blocked: true, sort: "recent" as const };
    const path = contactsPath(asked, "c1");
    expect(path.startsWith("/contacts/c1?")).toBe(true);
    expect(askedOf(path.slice(path.indexOf("?")))).toEqual(asked);
  });

  it("is short when nothing is asked", () => {
    const nothing = askedOf("");
    expect(contactsPath(nothing, null)).toBe("/contacts");
    expect(narrowed(nothing)).toBe(false);
    expect(narrowed({ ...nothing, blocked: true })).toBe(true);
  });
});

describe("an import", () => {
  it("says what is wrong with a file and where", () => {
    expect(fileProblem({ errors: [{ field: "file", code: "unclosed_quote" }], line: 7 }, "")).toContain("7");
    expect(fileProblem({ errors: [{ field: "x", code: "y" }] }, "otherwise")).toBe("otherwise");
  });

  it("writes a report that no spreadsheet takes for formulas", async () => {
    const report: ImportReport = {
      dry_run: false, encoding: "utf-8", delimiter: ",", columns: [], created: 0, updated: 0, unchanged: 0, errors: 1,
      rows: [{ line: 2, outcome: "error", name: '=cmd "x"', code: "required" }],
    };
    expect(await reportFile(report).text()).toContain(`"'=cmd ""x"""`);
  });
});

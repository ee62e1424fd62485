import { describe, expect, test } from "vitest";
import { hasOwnColours, hasRemoteImages, mailDocument, withInlineFiles } from "./mail";

const origin = "https://harken.example";

describe("a mail's frame", () => {
  test("runs no script and loads nothing remote before it is asked to", () => {
    const page = mailDocument(`<img data-remote-src="https://spy.example/x.gif">`, { remote: false, coloured: true, origin });
    const policy = /content="([^"]+)"/.exec(page)?.[1] ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/https:(?!\/\/harken)/);
    expect(policy).not.toContain("script-src");
    expect(page).not.toContain(` src="https://spy`);
  });
  test("shows remote pictures once asked", () => {
    expect(mailDocument(`<img data-remote-src="https://a.example/x.gif">`, { remote: true, coloured: true, origin })).toContain(`<img src="https://a.example/x.gif">`);
  });
  test("says when there are remote pictures", () => {
    expect(hasRemoteImages(`<img data-remote-src="https://a.example/x.gif">`)).toBe(true);
    expect(hasRemoteImages(`<img src="cid:1">`)).toBe(false);
  });
  test("finds inline pictures among the stored files", () => {
    expect(withInlineFiles(`<img src="cid:logo@x">`, [{ id: "f1", details: { content_id: "logo@x" } }])).toBe(`<img src="/files/f1">`);
  });
  test("follows the theme unless it brings colours along", () => {
    for (const html of ['<p style="color: #222">a</p>', '<td bgcolor="white">', '<p style="background:#fff">', '<font color=red>']) expect(hasOwnColours(html)).toBe(true);
    expect(hasOwnColours("<p>The colour: red, on any background</p>")).toBe(false);
    expect(mailDocument("<p>a</p>", { remote: false, coloured: false, origin })).toContain("color-scheme: light dark");
    expect(mailDocument("<p>a</p>", { remote: false, coloured: true, origin })).toContain("color-scheme: light;");
  });
});

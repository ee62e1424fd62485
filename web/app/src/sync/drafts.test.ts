import { describe, expect, test } from "vitest";
import { ApiError } from "../api/errors";
import type { NewDraft } from "../api/server";
import type { Attachment, ServerDraft } from "../api/types";
import { joined, readDraft, writeDraft } from "./draft";
import { Drafts } from "./drafts";
import { memoryKeep, type Keep } from "./keep";

const NONE: ServerDraft = {
  conversation_id: "c", revision: 0, text: "", note: "", mode: "reply", subject: null, cc: null, bcc: [], signature: true, quote: true,
  reply_to: null, began: null, other: null, attachment_ids: [], captions: {}, attachments: [], updated_at: null,
};
const file = (id: string): Attachment => ({ id, name: `${id}.png`, type: "image/png", size: 1, kind: "image", details: {}, state: "ready", inline: false });
const kept = (reply: string) => writeDraft({ ...readDraft(null), reply });

/** One draft, as the server keeps it, with pages that write to it. */
function world() {
  let there = NONE;
  let offline = false;
  let revision = 0;
  const pages: Drafts[] = [];
  const server = {
    saveDraft: async (_: string, { base, ...body }: NewDraft): Promise<ServerDraft> => {
      if (offline) throw new ApiError(0, "unreachable", "lost");
      if (base !== there.revision) throw new ApiError(409, "draft_changed", "changed", { draft: there });
      there = { ...NONE, ...body, attachments: body.attachment_ids.map(file), revision: body.text || body.note || body.attachment_ids.length > 0 ? ++revision : 0 };
      return there;
    },
  };
  const page = (keep: Keep = memoryKeep()) => {
    const drafts = new Drafts(keep, () => "me", () => undefined, server, () => Promise.resolve(), () => null);
    pages.push(drafts);
    return drafts;
  };
  return { page, there: () => there, tell: () => pages.forEach((one) => one.hear(there)), cut: (is: boolean) => (offline = is) };
}
const settle = async () => {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
};

describe("drafts", () => {
  test("reach the server and another machine, and are gone there when they are gone here", async () => {
    const { page, there, tell } = world();
    const [one, other] = [page(), page()];
    one.set("c", kept("Hello"));
    await settle();
    tell();
    expect([there().text, readDraft(other.of("c")).reply]).toEqual(["Hello", "Hello"]);
    one.set("c", null);
    await settle();
    tell();
    expect([there().revision, other.of("c")]).toEqual([0, null]);
  });

  test("that two machines write at once keep both: the other one is offered", async () => {
    const { page, there, tell } = world();
    const [one, other] = [page(), page()];
    one.set("c", kept("From one"));
    await settle();
    other.set("c", kept("From the other"));
    await settle();
    expect(there()).toMatchObject({ text: "From the other", other: "From one" });
    tell();
    expect(readDraft(one.of("c"))).toMatchObject({ reply: "From the other", other: "From one" });
  });

  test("written without a network are kept, and go when it is back; a reload in between loses nothing", async () => {
    const { page, there, cut } = world();
    const keep = memoryKeep();
    cut(true);
    page(keep).set("c", kept("On the train"));
    await Promise.resolve();
    cut(false);
    const next = page(keep);
    expect(readDraft(next.of("c")).reply).toBe("On the train");
    next.snapshot([]);
    await settle();
    expect(there().text).toBe("On the train");
  });

  test("of an e-mail that was taken back on one machine and begun anew on the other lack neither copies nor what was switched off", async () => {
    const { page, there } = world();
    const [one, other] = [page(), page()];
    const mail = (change: Partial<ReturnType<typeof readDraft>>) => writeDraft({ ...readDraft(null), ...change });
    one.set("c", mail({ reply: "It went", subject: "Boxes", cc: ["fay"], signature: false, quote: false }));
    await settle();
    other.set("c", mail({ reply: "and more", cc: ["hal"], bcc: ["ida"] }));
    await settle();
    expect(there()).toMatchObject({ text: "and more", other: "It went", subject: "Boxes", cc: ["hal", "fay"], bcc: ["ida"], signature: false, quote: false });
  });

  test("have the words of each file, there as here; of two that were written at once both", async () => {
    const { page, there, tell } = world();
    const [one, other] = [page(), page()];
    const files = (...captions: string[]) => writeDraft({ ...readDraft(null), files: captions.map((caption, at) => ({ ...file(`f${at}`), caption })) });
    one.set("c", files("The front", ""));
    await settle();
    tell();
    expect(there().captions).toEqual({ f0: "The front" });
    expect(readDraft(other.of("c")).files.map(({ caption }) => caption)).toEqual(["The front", undefined]);
    one.set("c", files("The front of it", "The back"));
    other.set("c", files("The front", "From below"));
    await settle();
    expect(there().captions).toEqual({ f0: "The front of it", f1: "From below The back" });
  });

  test("that contain each other are one; a note is never dropped", () => {
    const theirs = { ...NONE, revision: 3, text: "Dear", note: "ask Cleo" };
    expect(readDraft(joined(kept("Dear Bo"), theirs))).toMatchObject({ reply: "Dear Bo", other: null, note: "ask Cleo" });
  });
});

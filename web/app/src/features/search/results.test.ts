import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Results } from "./results.svelte";

type Answer = { items: { message_id: string }[]; next_cursor: string | null };
let asked: URLSearchParams[] = [];
let answers: (Answer | "offline")[] = [];
const page = (ids: string, next: string | null): Answer & Record<string, unknown> => ({ items: [...ids].map((message_id) => ({ message_id })), next_cursor: next, conversations: [], contacts: [], understood: [] });
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
const ids = (results: Results) => results.items.map(({ message_id }) => message_id).join("");

beforeEach(() => {
  asked = [];
  vi.stubGlobal("document", { cookie: "" });
  vi.stubGlobal("fetch", async (path: string, { signal }: { signal: AbortSignal }) => {
    asked.push(new URL(path, "http://x").searchParams);
    const answer = answers.shift();
    await Promise.resolve();
    if (signal.aborted) throw new DOMException("", "AbortError");
    if (answer === "offline" || answer === undefined) throw new TypeError("no network");
    return new Response(JSON.stringify(answer));
  });
});
afterEach(() => vi.unstubAllGlobals());

test("pages follow each other, also over an empty one", async () => {
  answers = [page("ab", "1"), page("", "2"), page("c", null)];
  const results = new Results();
  results.begin("word");
  for (let n = 0; n < 4; n++) {
    await settled();
    results.more();
  }
  expect(ids(results)).toBe("abc");
  expect(asked.map((query) => query.get("cursor"))).toEqual([null, "1", "2"]);
});

test("an older query's answer never comes over a newer one's", async () => {
  answers = [page("old", null), page("new", null)];
  const results = new Results();
  results.begin("first");
  results.begin("second");
  await settled();
  expect(ids(results)).toBe("new");
});

test("what failed is told, and asked again where it stopped", async () => {
  answers = [page("a", "1"), "offline", page("b", null)];
  const results = new Results();
  results.begin("word");
  await settled();
  results.more();
  await settled();
  expect([results.failed, ids(results)]).toEqual(["offline", "a"]);
  results.again();
  await settled();
  expect([results.failed, ids(results)]).toEqual([null, "ab"]);
});

test("while a new query is not answered, what was found before is not taken for its answer", async () => {
  answers = [page("a", "1"), "offline"];
  const results = new Results();
  results.begin("word");
  await settled();
  results.begin("words");
  expect([results.current, ids(results)]).toEqual([false, "a"]);
  await settled();
  results.more();
  expect([results.failed, results.current, asked.length]).toEqual(["offline", false, 2]);
});

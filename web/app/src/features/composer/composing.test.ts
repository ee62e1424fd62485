import { afterEach, describe, expect, test, vi } from "vitest";
import { Composing } from "./composing.svelte";
import { readDraft } from "./drafts";

/** One draft in the browser's storage, and tabs that write to it and hear of each other's writing. */
function browser() {
  let kept: string | null = null;
  const heard: (() => void)[] = [];
  const tab = () => {
    const one: Composing = new Composing({
      kept, newest: () => 1, ontyping: () => undefined,
      onkeep: (draft) => {
        kept = draft;
        for (const other of heard) if (other !== hear) queueMicrotask(other);
      },
    });
    const hear = () => void one.elsewhere(kept);
    heard.push(hear);
    return one;
  };
  return { tab, kept: () => readDraft(kept) };
}
const words = ({ draft: { reply, other } }: Pick<Composing, "draft">) => [reply, other];

describe("two tabs", () => {
  afterEach(() => vi.useRealTimers());

  test("written in one after the other show the same", async () => {
    vi.useFakeTimers();
    const { tab } = browser();
    const [one, other] = [tab(), tab()];
    one.set("Dear");
    await vi.advanceTimersByTimeAsync(10);
    expect(words(other)).toEqual(["Dear", null]);
    other.set("Dear Bo");
    await vi.advanceTimersByTimeAsync(10);
    expect(words(one)).toEqual(["Dear Bo", null]);
    await vi.advanceTimersByTimeAsync(2000);
    one.set("De");
    await vi.advanceTimersByTimeAsync(10);
    expect(words(other)).toEqual(["De", null]);
  });

  test("written in at the same moment lose no word: the words of both stand in both", async () => {
    vi.useFakeTimers();
    const { tab, kept } = browser();
    const [one, other] = [tab(), tab()];
    one.set("From one");
    other.set("From the other");
    await vi.advanceTimersByTimeAsync(100);
    for (const each of [one, other]) expect(words(each).toSorted()).toEqual(["From one", "From the other"]);
    expect(words(one)).toEqual(words(other));
    expect(words({ draft: kept() })).toEqual(words(one));
    one.set("From one, on");
    other.set(`${words(other)[0]}!`);
    await vi.advanceTimersByTimeAsync(100);
    const all = words({ draft: kept() }).join(" ");
    expect([all.includes("From one, on"), all.includes("!")]).toEqual([true, true]);
  });

  test("of which one has sent are empty both", async () => {
    vi.useFakeTimers();
    const { tab } = browser();
    const [one, other] = [tab(), tab()];
    one.set("Dear Bo");
    await vi.advanceTimersByTimeAsync(10);
    other.sent();
    await vi.advanceTimersByTimeAsync(10);
    expect(words(one)).toEqual(["", null]);
  });
});

import { describe, expect, test } from "vitest";
import { carry, PART } from "./carry";
import { Refused } from "./outbox";
import type { Upload } from "./protocol";

const SIZE = 2.5 * PART;
const FILE = new Blob([new Uint8Array(SIZE)]);
const WHOLE = { id: "u", name: "film.mp4", kind: "video" } as Upload;

/** A server that keeps what arrives, and a network that loses calls or answers as planned. */
function world(...plan: ("fine" | "call lost" | "answer lost" | Refused)[]) {
  let there = 0;
  const sent: number[] = [];
  const waits: number[] = [];
  const stop = new AbortController();
  const send = async (offset: number, part: Blob) => {
    sent.push(offset / PART);
    const now = plan.shift() ?? "fine";
    if (now instanceof Refused) throw now;
    if (now === "call lost") throw new Refused(false);
    if (offset === there) there += part.size;
    if (now === "answer lost") throw new Refused(false);
    return { offset: there, file: there === SIZE ? WHOLE : null };
  };
  const upload = () => carry(FILE, send, async (ms) => void waits.push(ms), stop.signal);
  return { upload, sent, waits, stop, there: () => there };
}

describe("a file of a visitor", () => {
  test("goes in parts, each once", async () => {
    const { upload, sent } = world();
    expect([await upload(), sent]).toEqual([WHOLE, [0, 1, 2]]);
  });
  test("goes on where the connection broke off, and past a part whose answer alone was lost", async () => {
    const { upload, sent, there } = world("fine", "call lost", "call lost", "answer lost", "fine", "answer lost");
    expect([await upload(), sent, there()]).toEqual([WHOLE, [0, 1, 1, 1, 1, 2, 2], SIZE]);
  });
  test("waits longer each time, or as long as the server says, and gives up after some minutes", async () => {
    const busy = new Refused(false, 5000);
    const { upload, waits } = world("call lost", busy, ...Array.from({ length: 9 }, () => "call lost" as const));
    await expect(upload()).rejects.toBeInstanceOf(Refused);
    expect(waits).toEqual([1000, 5000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  });
  test("is given up at once when it is refused, or not wanted any more", async () => {
    const refused = world("fine", new Refused(true));
    await expect(refused.upload()).rejects.toMatchObject({ final: true });
    expect(refused.sent).toEqual([0, 1]);
    const unwanted = world("fine", "call lost");
    unwanted.stop.abort();
    await expect(unwanted.upload()).rejects.toBeInstanceOf(Refused);
    expect([unwanted.sent, unwanted.waits]).toEqual([[0, 1], []]);
  });
});

import { expect, test } from "vitest";
import { ApiError } from "../../api/errors";
import { carry, IN_ONE_PIECE, type Clock, type Journey } from "./transfer";
import type { Stored, Wire } from "./wire";

const FILE = { name: "film.mp4", type: "video/mp4", channelId: "c", voice: false };
const PART = 400_000;
const noWait: Clock = { wait: (_ms, signal) => (signal.aborted ? Promise.reject(new DOMException("", "AbortError")) : Promise.resolve()) };

/** A server that keeps the bytes, and a line that breaks when told to. */
class Line implements Wire {
  kept = new Map<string, number[]>();
  made = 0;
  wholes = 0;
  breaks: (() => void)[] = [];
  refuses: ApiError | null = null;
  sizes = new Map<string, number>();

  private fault() {
    this.breaks.shift()?.();
  }
  async whole(_file: typeof FILE, content: Blob): Promise<Stored> {
    this.fault();
    if (this.refuses) throw this.refuses;
    this.wholes += 1;
    return stored("whole", content.size);
  }
  async begin(_file: typeof FILE, size: number) {
    this.fault();
    const id = `u${++this.made}`;
    this.kept.set(id, []);
    this.sizes.set(id, size);
    return { id, offset: 0, part_size: PART };
  }
  async stand(id: string) {
    const kept = this.kept.get(id);
    if (!kept) throw new ApiError(404, "not_found", "");
    return { offset: kept.length, part_size: PART };
  }
  async part(id: string, offset: number, content: Blob, progress: (sent: number) => void) {
    const kept = this.kept.get(id);
    if (!kept) throw new ApiError(404, "not_found", "");
    if (kept.length !== offset) throw new ApiError(409, "wrong_offset", "");
    const bytes = new Uint8Array(await content.arrayBuffer());
    try {
      this.fault();
    } catch (error) {
      for (const byte of bytes.subarray(0, bytes.length / 2)) kept.push(byte); // half of it came
      throw error;
    }
    for (const byte of bytes) kept.push(byte);
    progress(bytes.length);
    return kept.length === this.sizes.get(id) ? stored(id, kept.length) : { offset: kept.length };
  }
  async drop() {}
}

const stored = (id: string, size: number): Stored => ({ id, name: FILE.name, type: FILE.type, size, kind: "video", details: {} });
const bytes = (size: number) => new Blob([Uint8Array.from({ length: size }, (_, at) => at % 251)]);
const lost = () => {
  throw new ApiError(0, "unreachable", "");
};
function journey(content: Blob, more: Partial<Journey> = {}): Journey & { told: number[]; ids: (string | null)[]; waits: boolean[] } {
  const told: number[] = [];
  const ids: (string | null)[] = [];
  const waits: boolean[] = [];
  return {
    file: FILE, content, uploadId: null, signal: new AbortController().signal, told, ids, waits,
    begun: (id) => ids.push(id), progress: (part) => told.push(part), stalled: (waiting) => waits.push(waiting), ...more,
  };
}

test("a large file goes in parts, and every byte of it arrives once and in order though the line breaks", async () => {
  const line = new Line();
  line.breaks = [lost, () => {}, lost, () => {}, lost];
  const content = bytes(IN_ONE_PIECE + 123);
  const way = journey(content);
  expect((await carry(way, line, noWait)).size).toBe(content.size);
  const arrived = line.kept.get("u1")!;
  expect(new Uint8Array(await content.arrayBuffer()).every((byte, at) => byte === arrived[at])).toBe(true);
  expect(line.made).toBe(1);
  expect(way.waits).toContain(true);
  expect(way.waits.at(-1)).toBe(false);
  expect(way.told.every((part) => part >= 0 && part <= 1)).toBe(true);
});

test("what an earlier page has begun goes on where it stopped", async () => {
  const line = new Line();
  const content = bytes(IN_ONE_PIECE);
  await line.begin(FILE, content.size);
  await line.part("u1", 0, content.slice(0, PART), () => {});
  const way = journey(content, { uploadId: "u1" });
  await carry(way, line, noWait);
  expect(way.told[0]).toBeCloseTo(PART / IN_ONE_PIECE);
  expect(line.made).toBe(1);
});

test("an upload that the server has tidied away begins anew", async () => {
  const line = new Line();
  const way = journey(bytes(IN_ONE_PIECE), { uploadId: "gone" });
  await carry(way, line, noWait);
  expect(way.ids).toEqual([null, "u1"]);
});

test("a small file goes in one piece, once more when that was lost", async () => {
  const line = new Line();
  line.breaks = [lost, lost];
  await carry(journey(bytes(10)), line, noWait);
  expect([line.made, line.wholes]).toEqual([0, 1]);
});

test("a refusal ends it, at once", async () => {
  const line = new Line();
  line.refuses = new ApiError(415, "unsupported_type", "no");
  await expect(carry(journey(bytes(10)), line, noWait)).rejects.toBe(line.refuses);
});

test("cancelled, it waits for no network", async () => {
  const line = new Line();
  const stop = new AbortController();
  line.breaks = [
    () => {
      stop.abort();
      lost();
    },
  ];
  await expect(carry(journey(bytes(10), { signal: stop.signal }), line, noWait)).rejects.toThrow();
  expect(line.wholes).toBe(0);
});

/** One file on its way to the server: goes on after a lost connection where it stopped, and gives up only when it is refused. */

import { asApiError } from "../../api/errors";
import type { Sent, Stored, Wire } from "./wire";

/** Below this a file goes in one request, and once more as a whole when that was lost. */
export const IN_ONE_PIECE = 1_000_000;
const LONGEST_WAIT = 15_000;
const FULL = 507;

export interface Journey {
  readonly file: Sent;
  readonly content: Blob;
  /** The upload that was begun earlier, if any. */
  readonly uploadId: string | null;
  readonly signal: AbortSignal;
  /** The server knows it by this id from here on (null: by none). */
  begun(uploadId: string | null): void;
  /** From 0 to 1. */
  progress(part: number): void;
  /** It waits for the network (true), or goes on. */
  stalled(waiting: boolean): void;
}

export interface Clock {
  /** Until the time has passed, or the network is back. Rejects when the signal is aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** Raises ApiError when it is refused, AbortError when it is cancelled. */
export async function carry(journey: Journey, wire: Wire, clock: Clock): Promise<Stored> {
  let uploadId = journey.uploadId;
  let failures = 0;
  let arrived = 0;
  const told = (now: number) => {
    if (now > arrived) failures = 0;
    arrived = now;
    journey.stalled(false);
    journey.progress(journey.content.size === 0 ? 0 : Math.min(1, now / journey.content.size));
  };
  const begun = (id: string | null) => journey.begun((uploadId = id));
  for (;;) {
    try {
      if (journey.content.size < IN_ONE_PIECE) return await wire.whole(journey.file, journey.content, told, journey.signal);
      return await parts(journey, wire, uploadId, begun, told);
    } catch (error) {
      if (journey.signal.aborted) throw error;
      const problem = asApiError(error);
      if (uploadId !== null && (problem.status === 404 || problem.status === 410)) begun(null); // the server has tidied it away: from the start
      else if (problem.status === FULL || (!problem.passing && problem.status !== 409)) throw problem;
      failures += 1;
      if (failures > 8 && problem.status === 409) throw problem;
      journey.stalled(true);
      const wait = problem.retryAfter === null ? Math.min(LONGEST_WAIT, 400 * 2 ** failures) : problem.retryAfter * 1000;
      await clock.wait(wait, journey.signal);
    }
  }
}

async function parts(
  { file, content, signal }: Journey, wire: Wire, known: string | null, begun: (id: string) => void, told: (arrived: number) => void,
): Promise<Stored> {
  let id = known;
  let stand;
  if (id === null) {
    const made = await wire.begin(file, content.size);
    begun((id = made.id));
    stand = made;
  } else stand = await wire.stand(id);
  let { offset } = stand;
  for (;;) {
    signal.throwIfAborted();
    const from = offset;
    told(from);
    const answer = await wire.part(id, from, content.slice(from, from + stand.part_size), (sent) => told(Math.min(content.size, from + sent)), signal);
    if ("name" in answer) return answer;
    offset = answer.offset;
    if (offset <= from && offset >= content.size) throw new Error("the server has all of it and gives no file");
  }
}

/** A clock of the page: waiting ends early when the network is back. */
export const pageClock: Clock = {
  wait: (ms, signal) =>
    new Promise((resolve, reject) => {
      const end = (settle: () => void) => () => {
        clearTimeout(timer);
        window.removeEventListener("online", back);
        signal.removeEventListener("abort", gone);
        settle();
      };
      const back = end(resolve);
      const gone = end(() => reject(new DOMException("aborted", "AbortError")));
      const timer = setTimeout(back, ms);
      window.addEventListener("online", back);
      signal.addEventListener("abort", gone);
    }),
};

/** A file on its way in parts: after a lost connection it goes on where it stopped. Pure. */

import { Refused } from "./outbox";
import type { Upload } from "./protocol";

export const PART = 524_288;
const LONGEST_WAIT = 30_000;
/** Failures in a row, in some three minutes: then it is tried again by hand. */
const MOST = 8;

export interface Taken {
  /** From where to go on. */
  readonly offset: number;
  /** All of it is there. */
  readonly file: Upload | null;
}

export async function carry(file: Blob, send: (offset: number, part: Blob) => Promise<Taken>, wait: (ms: number) => Promise<void>, stop: AbortSignal): Promise<Upload> {
  let offset = 0;
  let failures = 0;
  for (;;) {
    try {
      const from = offset;
      const taken = await send(from, file.slice(from, from + PART));
      if (taken.file) return taken.file;
      offset = taken.offset;
      if (offset <= from) throw new Refused(false);
      failures = 0;
    } catch (error) {
      if (!(error instanceof Refused) || error.final || stop.aborted || ++failures > MOST) throw error;
      await wait(error.retryAfter || Math.min(LONGEST_WAIT, 500 * 2 ** failures));
      if (stop.aborted) throw error;
    }
  }
}

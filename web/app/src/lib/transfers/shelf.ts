/** Files and recordings that are kept in this browser until they have been sent: a reload or a crash loses none of them. */

import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { Id } from "../../api/types";
import type { Stored } from "./wire";

/** A larger one is not kept here: after a reload it is to be chosen again, and goes on where it stopped. */
export const LARGEST_KEPT = 32_000_000;
const LASTS_MS = 7 * 86_400_000;

export interface Kept {
  readonly id: string;
  readonly agent: Id;
  readonly conversation: Id;
  readonly channel: Id;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly voice: boolean;
  /** Null: too large to be kept. */
  readonly content: Blob | null;
  readonly caption: string;
  readonly place: number;
  readonly at: number;
  readonly uploadId: string | null;
  readonly stored: Stored | null;
  /** Part of a message that waits to go: no longer in the composer. */
  readonly sent: boolean;
  /** Part of the draft, too. */
  readonly drafted?: boolean;
}

/** A recording that goes on, or was cut off. */
export interface KeptRecording {
  readonly id: string;
  readonly agent: Id;
  readonly conversation: Id;
  readonly type: string;
  readonly seconds: number;
  readonly at: number;
  readonly pieces: readonly Blob[];
}

interface Schema extends DBSchema {
  files: { key: string; value: Kept };
  recordings: { key: string; value: KeptRecording };
}

let opened: Promise<IDBPDatabase<Schema>> | null = null;
const database = () =>
  (opened ??= openDB<Schema>("harken-files", 1, {
    upgrade(db) {
      db.createObjectStore("files", { keyPath: "id" });
      db.createObjectStore("recordings", { keyPath: "id" });
    },
    terminated: () => (opened = null),
  }));

/** A browser that keeps nothing (a private window, a full disk) is no error: what is shown goes on without it. */
async function quietly<T>(work: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await work();
  } catch {
    return otherwise;
  }
}

export const shelf = {
  put: (file: Kept) => quietly(async () => void (await (await database()).put("files", file)), undefined),
  get: (id: string) => quietly(async () => (await (await database()).get("files", id)) ?? null, null),
  remove: (id: string) => quietly(async () => (await database()).delete("files", id), undefined),
  /** Those of one agent; what was left lying for a week is nobody's any more. */
  list: (agent: Id) =>
    quietly(async () => {
      const all = await (await database()).getAll("files");
      for (const old of all.filter(({ at }) => at < Date.now() - LASTS_MS)) void shelf.remove(old.id);
      return all.filter((each) => each.agent === agent && each.at >= Date.now() - LASTS_MS).sort((one, other) => one.place - other.place);
    }, [] as Kept[]),
  putRecording: (recording: KeptRecording) => quietly(async () => void (await (await database()).put("recordings", recording)), undefined),
  /** Of every agent. */
  wipe: () =>
    quietly(async () => {
      const change = (await database()).transaction(["files", "recordings"], "readwrite");
      await Promise.all([change.objectStore("files").clear(), change.objectStore("recordings").clear(), change.done]);
    }, undefined),
  removeRecording: (id: string) => quietly(async () => (await database()).delete("recordings", id), undefined),
  recordings: (agent: Id) => quietly(async () => (await (await database()).getAll("recordings")).filter((each) => each.agent === agent), [] as KeptRecording[]),
};

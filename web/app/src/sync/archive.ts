/** What is kept of the desk for the days without a network: its shapes, and where it is kept (here: in memory). */

import type { Conversation, Id, ListedView, ListFilter, Message, Snapshot } from "../api/types";

/** Another shape of what is kept is another number: what an older page has kept is then not looked at. */
export const SHAPE = 1;

export interface KeptWindow {
  readonly view: ListedView;
  readonly filter: ListFilter;
  readonly ids: readonly Id[];
  readonly complete: boolean;
}

export interface KeptDesk {
  readonly shape: number;
  readonly agent: Id;
  readonly snapshot: Snapshot;
  readonly windows: readonly KeptWindow[];
  readonly conversations: readonly Conversation[];
}

export interface KeptThread {
  readonly id: Id;
  readonly messages: readonly Message[];
}

export interface Archive {
  readDesk(): Promise<KeptDesk | null>;
  readThreads(): Promise<readonly KeptThread[]>;
  /** In one go: the desk in place of the former, these threads in place of their former selves, and no others than `kept`. */
  write(desk: KeptDesk, threads: readonly KeptThread[], kept: ReadonlySet<Id>): Promise<void>;
  wipe(): Promise<void>;
}

export function memoryArchive(): Archive {
  let desk: KeptDesk | null = null;
  const threads = new Map<Id, KeptThread>();
  return {
    readDesk: async () => structuredClone(desk),
    readThreads: async () => structuredClone([...threads.values()]),
    write: async (next, changed, kept) => {
      desk = structuredClone(next);
      for (const each of changed) threads.set(each.id, structuredClone(each));
      for (const id of [...threads.keys()]) if (!kept.has(id)) threads.delete(id);
    },
    wipe: async () => {
      desk = null;
      threads.clear();
    },
  };
}

/** An archive whose code is loaded when it is first used. */
export function lazily(load: () => Promise<Archive>): Archive {
  let loaded: Promise<Archive> | null = null;
  const archive = () => (loaded ??= load());
  return {
    readDesk: async () => (await archive()).readDesk(),
    readThreads: async () => (await archive()).readThreads(),
    write: async (desk, threads, kept) => (await archive()).write(desk, threads, kept),
    wipe: async () => (await archive()).wipe(),
  };
}

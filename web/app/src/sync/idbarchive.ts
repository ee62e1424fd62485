/** What is kept of the desk, in IndexedDB: one database of this site, for the one agent who is signed in. */

import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { Id } from "../api/types";
import { SHAPE, type Archive, type KeptDesk, type KeptThread } from "./archive";

interface Schema extends DBSchema {
  desk: { key: "desk"; value: KeptDesk };
  threads: { key: Id; value: KeptThread };
}

export function idbArchive(): Archive {
  let opened: Promise<IDBPDatabase<Schema>> | null = null;
  const database = () =>
    (opened ??= openDB<Schema>("harken", SHAPE, {
      upgrade(db) {
        for (const name of [...db.objectStoreNames]) db.deleteObjectStore(name);
        db.createObjectStore("desk");
        db.createObjectStore("threads", { keyPath: "id" });
      },
      blocking: (_current, _blocked, event) => {
        (event.target as IDBDatabase).close(); // a newer page wants to change it
        opened = null;
      },
      terminated: () => (opened = null),
    }));
  return {
    readDesk: async () => (await (await database()).get("desk", "desk")) ?? null,
    readThreads: async () => (await database()).getAll("threads"),
    write: async (desk, threads, kept) => {
      const change = (await database()).transaction(["desk", "threads"], "readwrite");
      const old = (await change.objectStore("threads").getAllKeys()).filter((id) => !kept.has(id));
      await Promise.all([
        change.objectStore("desk").put(desk, "desk"),
        ...threads.map((each) => change.objectStore("threads").put(each)),
        ...old.map((id) => change.objectStore("threads").delete(id)),
        change.done,
      ]);
    },
    wipe: async () => {
      const change = (await database()).transaction(["desk", "threads"], "readwrite");
      await Promise.all([change.objectStore("desk").clear(), change.objectStore("threads").clear(), change.done]);
    },
  };
}

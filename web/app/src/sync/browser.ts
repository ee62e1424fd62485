/** The store in a real browser: HTTP, WebSocket, localStorage, and the signs of sleep and of the network. */

import { httpServer, type Done } from "../api/server";
import { onSignedOut } from "../api/client";
import type { Id } from "../api/types";
import { lazily } from "./archive";
import { browserKeep } from "./keep";
import type { Pending } from "./model";
import type { Socket, SocketListener, Surroundings } from "./live";
import { forgetKept, keptAgent } from "./offline";
import { Store } from "./store";

const surroundings: Surroundings = {
  connect,
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  now: () => Date.now(),
};

const archive = lazily(async () => (await import("./idbarchive")).idbArchive());
const LOOK_EVERY = 5_000;
const SLEPT = 20_000;

onSignedOut(() => void forgetKept(archive, browserKeep())); // also before any store is open

/** Whose desk this browser can show without the server, if anybody's. */
export function offlineAgent(): Promise<Id | null> {
  return keptAgent(archive, browserKeep());
}

/** A store that is connected until `close`, which is the end of the session: nothing is kept for offline days after it.
`carryOut` may wait for what an operation needs (its files) before it is sent. */
export function openStore(refused: (text: string) => void, carryOut: (pending: Pending, send: (ready: Pending) => Promise<Done>) => Promise<Done>): { readonly store: Store; close(): void } {
  const server = { ...httpServer, carryOut: (pending: Pending) => carryOut(pending, (ready) => httpServer.carryOut(ready)) };
  const store = new Store(server, browserKeep(), surroundings, { refused, archive });
  const wake = () => store.seen(document.visibilityState === "visible");
  const stored = (event: StorageEvent) => store.keptElsewhere(event.key);
  window.addEventListener("online", wake);
  window.addEventListener("pageshow", wake);
  document.addEventListener("visibilitychange", wake);
  window.addEventListener("storage", stored);
  const unwatch = watchSleep(() => wake());
  const forget = () => void store.forget();
  const unlisten = onSignedOut(forget);
  store.start();
  return {
    store,
    close: () => {
      window.removeEventListener("online", wake);
      window.removeEventListener("pageshow", wake);
      document.removeEventListener("visibilitychange", wake);
      window.removeEventListener("storage", stored);
      unwatch();
      unlisten();
      forget();
    },
  };
}

/** The machine has slept when a clock that ticks has missed its time. Returns what ends the watch. */
function watchSleep(woke: () => void): () => void {
  let last = Date.now();
  const timer = setInterval(() => {
    const now = Date.now();
    if (now - last > LOOK_EVERY + SLEPT && document.visibilityState === "visible") woke();
    last = now;
  }, LOOK_EVERY);
  return () => clearInterval(timer);
}

function connect(since: number, listener: SocketListener): Socket {
  const socket = new WebSocket(`${location.origin.replace(/^http/u, "ws")}/api/live?since=${since}`);
  socket.onopen = () => listener.opened();
  socket.onmessage = (message) => listener.frame(String(message.data));
  socket.onclose = (close) => listener.closed(close.code);
  return {
    send: (text) => socket.readyState === WebSocket.OPEN && socket.send(text),
    close: () => socket.close(),
  };
}

/** The store in a real browser: HTTP, WebSocket, localStorage, and the signs of sleep and of the network. */

import { httpServer } from "../api/server";
import { browserKeep } from "./keep";
import type { Socket, SocketListener, Surroundings } from "./live";
import { Store } from "./store";

const surroundings: Surroundings = {
  connect,
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  now: () => Date.now(),
};

/** A store that is connected until `close`. */
export function openStore(refused: (text: string) => void): { readonly store: Store; close(): void } {
  const store = new Store(httpServer, browserKeep(), surroundings, { refused });
  const wake = () => store.seen(document.visibilityState === "visible");
  const stored = (event: StorageEvent) => store.keptElsewhere(event.key);
  window.addEventListener("online", wake);
  window.addEventListener("pageshow", wake);
  document.addEventListener("visibilitychange", wake);
  window.addEventListener("storage", stored);
  store.start();
  return {
    store,
    close: () => {
      window.removeEventListener("online", wake);
      window.removeEventListener("pageshow", wake);
      document.removeEventListener("visibilitychange", wake);
      window.removeEventListener("storage", stored);
      store.stop();
    },
  };
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

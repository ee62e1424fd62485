import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Live, type SocketListener } from "./live";
import type { Connection } from "./model";

interface Connected {
  readonly listener: SocketListener;
  readonly sent: string[];
  closed: boolean;
}

let sockets: Connected[];
let connections: Connection[];
let prepare: () => Promise<void>;
let live: Live;

beforeEach(() => {
  vi.useFakeTimers();
  [sockets, connections, prepare] = [[], [], () => Promise.resolve()];
  live = new Live(
    {
      connect: (_since, listener) => {
        const socket: Connected = { listener, sent: [], closed: false };
        sockets.push(socket);
        return { send: (text) => socket.sent.push(text), close: () => (socket.closed = true) };
      },
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      now: () => Date.now(),
    },
    {
      prepare: () => prepare(), since: () => 0, event: () => "applied", ephemeron: () => undefined,
      connection: (state) => connections.push(state),
    },
  );
});

afterEach(() => {
  live.stop();
  vi.useRealTimers();
});

async function greeted(): Promise<Connected> {
  live.start();
  await vi.advanceTimersByTimeAsync(0);
  const socket = sockets.at(-1)!;
  socket.listener.opened();
  socket.listener.frame('{"type":"hello","seq":0}');
  return socket;
}

test("a connection that answers is kept, however rarely the page is let run", async () => {
  const socket = await greeted();
  for (let minute = 0; minute < 10; minute += 1) {
    vi.setSystemTime(Date.now() + 60_000); // a tab in the background: its timers are a minute late
    await vi.advanceTimersByTimeAsync(20_000);
    socket.listener.frame('{"type":"pong"}');
  }
  expect(sockets).toHaveLength(1);
  expect(socket.sent.length).toBeGreaterThan(5);
});

test("a connection that has gone silent is made anew", async () => {
  const socket = await greeted();
  await vi.advanceTimersByTimeAsync(45_000);
  expect(socket.closed).toBe(true);
  expect(sockets.length).toBeGreaterThan(1);
});

test("a connection that never opens is given up", async () => {
  live.start();
  await vi.advanceTimersByTimeAsync(25_000);
  expect(sockets[0]?.closed).toBe(true);
  expect(sockets).toHaveLength(2);
  expect(connections).not.toContain("online");
});

test("a snapshot that never comes is asked for again", async () => {
  const asked = vi.fn(() => new Promise<void>(() => undefined));
  prepare = asked;
  live.start();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toHaveBeenCalledTimes(2);
});

test("after sleep the connection is made anew at once; one that has just spoken is only asked", async () => {
  const socket = await greeted();
  live.wake();
  expect(sockets).toHaveLength(1);
  socket.listener.frame('{"type":"pong"}');
  vi.setSystemTime(Date.now() + 3_600_000);
  live.wake();
  await vi.advanceTimersByTimeAsync(0);
  expect(socket.closed).toBe(true);
  expect(sockets).toHaveLength(2);
});

test("what is asked and not answered within five seconds is no connection", async () => {
  const socket = await greeted();
  await vi.advanceTimersByTimeAsync(1);
  live.wake();
  await vi.advanceTimersByTimeAsync(5_100);
  expect(socket.closed).toBe(true);
  expect(sockets).toHaveLength(2);
});

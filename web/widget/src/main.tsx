/** The frame: the conversation's page inside the host's, served for one origin. */

import "./frame.css";
import { render } from "preact";
import { Chat } from "./chat";
import { Composer } from "./composer";
import { Icon } from "./icons";
import type { Told } from "./protocol";
import { Thread } from "./thread";
import { say } from "./words";

const parameters = new URLSearchParams(location.search);
const origin = parameters.get("origin") ?? "";
const chat = new Chat(parameters.get("channel") ?? "", origin, later);
let drawing = false;
let drawn = false;

function App() {
  const title = chat.channel?.title || chat.channel?.workspace || chat.channel?.name || say("chat");
  const { agent } = chat;
  return (
    <>
      <header>
        <span class="avatar" aria-hidden="true">{initials(agent || title)}</span>
        <div>
          <h1>{title}</h1>
          {agent && <small>{say("with", { name: agent })}</small>}
        </div>
        <button aria-label={say("close")} onClick={() => chat.close()}><Icon name="minus" /></button>
      </header>
      <main>
        <div class="log" id="log" role="log" aria-label={say("log")} tabIndex={0}>
          <Thread chat={chat} />
        </div>
        <div class="typing" role="status">
          {chat.typing && <><span aria-hidden="true"><i /><i /><i /></span>{say("typing", { name: chat.typing })}</>}
        </div>
      </main>
      {chat.gone ? <p class="notice" role="alert">{say("gone")}</p> : drawn && !(chat.online && navigator.onLine) && <p class="notice" role="status">{say("offline")}</p>}
      <Composer chat={chat} />
    </>
  );
}

function later(): void {
  if (drawing) return;
  drawing = true;
  queueMicrotask(draw);
}

/** Stays at the end of the thread, unless the visitor has gone up to read. */
function draw(): void {
  drawing = false;
  const before = document.getElementById("log");
  const atEnd = !before || before.scrollHeight - before.scrollTop - before.clientHeight < 60;
  const height = before?.scrollHeight ?? 0;
  const top = before?.scrollTop ?? 0;
  const first = before?.dataset.first;
  render(<App />, document.body);
  const log = document.getElementById("log") as HTMLElement;
  const oldest = chat.messages[0]?.id ?? "";
  if (atEnd) log.scrollTop = log.scrollHeight;
  else if (first && first !== oldest) log.scrollTop = top + log.scrollHeight - height;
  log.dataset.first = oldest;
  if (chat.channel) wear(chat.channel.accent);
}

/** Words on the accent are white, or dark where white would be hard to read (WCAG 2.2, 1.4.3). */
function wear(accent: string): void {
  const { style } = document.documentElement;
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => (parseInt(accent.slice(at, at + 2), 16) / 255) ** 2.2);
  style.setProperty("--accent", accent);
  style.setProperty("--on-accent", 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.18 ? "#1b202b" : "#fff");
}

function initials(name: string): string {
  const letters = name.split(/\s+/u).map((word) => [...word][0] ?? "");
  return letters.slice(0, 2).join("").toLocaleUpperCase();
}

addEventListener("message", ({ data, origin: from, source }: MessageEvent<Told>) => {
  if (from !== origin || source !== parent || data?.harken !== 1) return;
  chat.hear(data);
  if (data.type === "shown" && data.shown) requestAnimationFrame(() => document.getElementById("write")?.focus());
});
addEventListener("keydown", (event) => event.key === "Escape" && !event.isComposing && chat.close());
addEventListener("online", () => (chat.wake(), later()));
addEventListener("offline", later);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && chat.wake());
setTimeout(() => ((drawn = true), later()), 3_000); // being offline is worth a word only when it lasts
draw();
parent.postMessage({ harken: 1, type: "ready" }, origin);

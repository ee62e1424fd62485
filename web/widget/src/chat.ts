/** The visitor's conversation: what is known, what waits, and how it stays in step with the server and the host page. */

import { asking } from "./asking";
import { Outbox, Refused, type Entry } from "./outbox";
import { after, type Channel, type Frame, type Message, type Position, type Session, type Told, type Upload } from "./protocol";
import { Server } from "./server";
import { say, speak } from "./words";

export interface Attached {
  readonly key: number;
  /** Of its upload: tried again, it goes on. */
  readonly id: string;
  readonly name: string;
  readonly file: globalThis.File;
  /** 0 to 1. */
  readonly progress: number;
  readonly failed: boolean;
  readonly upload: Upload | null;
  /** Goes as a message of its own as soon as it can. */
  readonly alone: boolean;
  readonly stop: AbortController;
}

const TYPING_EVERY = 4_000;
const TYPING_LASTS = 10_000;
const LONGEST_WAIT = 30_000;
const LINKS_LAST = 20 * 3_600_000;

export class Chat {
  channel: Channel | null = null;
  messages: readonly Message[] = [];
  attached: readonly Attached[] = [];
  notices: readonly string[] = [];
  seen: Position | null = null;
  more = false;
  online = false;
  gone = false;
  shown = true;
  typing = "";
  /** The message that the next one answers. */
  replying: Message | null = null;
  readonly outbox: Outbox;
  /** The emoji that were used last. */
  recent: readonly string[] = [];
  private readonly server: Server;
  private socket: WebSocket | null = null;
  private identity: unknown = null;
  private cursor: number | null = null;
  private startedAt = 0;
  private failures = 0;
  private retry = 0;
  private typingEnds = 0;
  private typedAt = 0;
  private keys = 0;
  private readUpTo: Position = [0, 0];
  private confirmed = "";

  constructor(
    private readonly id: string,
    private readonly origin: string,
    private readonly changed: () => void,
  ) {
    this.server = new Server(id, origin, () => this.later());
    this.outbox = new Outbox({
      send: async (entry) => this.take((await this.server.send(entry)), true),
      keep: (key, value) => this.tell({ type: "keep", key: `out.${key}`, value }),
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      changed,
    });
  }

  /** The last agent who wrote or joined. */
  get agent(): string {
    return this.messages.findLast((message) => message.from === "agent" || message.kind === "joined")?.name ?? "";
  }

  /** Entries that the thread does not show yet. */
  get unsent(): readonly Entry[] {
    return this.outbox.all.filter((entry) => !this.messages.some((message) => message.client_message_id === entry.id));
  }

  /** The message whose quick answers are open: the bot's newest that has any, until somebody else says or does something after it. */
  get asking(): Message | null {
    return this.unsent.length === 0 ? asking(this.messages) : null;
  }

  press({ title, value }: { readonly title: string; readonly value: string }): void {
    this.outbox.add({ id: newId(), text: title, files: [], at: new Date().toISOString(), pressed: value });
    this.notices = [];
    this.changed();
    document.getElementById("write")?.focus();
  }

  hear(told: Told): void {
    if (told.type === "start") {
      speak(told.language ?? "en");
      this.server.token = told.token ?? null;
      this.identity = told.identity ?? null;
      const kept = told.kept ?? {};
      this.readUpTo = position(kept.read) ?? this.readUpTo;
      this.recent = kept.emoji ? kept.emoji.split(" ") : [];
      this.outbox.restore(Object.fromEntries(Object.entries(kept).filter(([key]) => key.startsWith("out."))));
      void this.connect();
    }
    if (told.type === "look" && this.id === "") {
      speak(told.language ?? "en");
      this.channel = told.channel ?? null;
      this.messages = told.messages ?? [];
      this.online = true;
    }
    if (told.type === "identity") this.become(told.identity ?? null);
    if (told.type === "shown") {
      this.shown = told.shown ?? true;
      this.confirm();
    }
    this.changed();
  }

  /** Looks whether the connection still holds; called when the page is visible or the network is back. */
  wake(): void {
    if (Date.now() - this.startedAt > LINKS_LAST || !this.socket) void this.connect();
    else this.say({ type: "ping" });
    this.confirm();
    void this.outbox.run();
  }

  write(text: string): void {
    const files = this.attached.flatMap(({ upload }) => upload ?? []);
    this.attached = this.attached.filter(({ upload }) => !upload);
    this.notices = [];
    this.put(text, files);
    this.say({ type: "typing", active: false });
    this.typedAt = 0;
  }

  private put(text: string, files: readonly Upload[]): void {
    this.outbox.add({ id: newId(), text, files, at: new Date().toISOString(), replyTo: this.replying?.id ?? null });
    this.replying = null;
  }

  used(emoji: readonly string[]): void {
    this.recent = emoji;
    this.tell({ type: "keep", key: "emoji", value: emoji.join(" ") });
  }

  answer(message: Message | null): void {
    this.replying = message;
    this.changed();
    document.getElementById("write")?.focus();
  }

  /** Mine in place of the one before, or none; shown at once, and undone when it is refused. */
  async react(message: Message, emoji: string): Promise<void> {
    const others = message.reactions.filter(({ own }) => !own);
    const mine = emoji ? [{ emoji, name: "", own: true }] : [];
    this.join([{ ...message, reactions: [...others, ...mine] }]);
    await this.server.react(message.id, emoji).catch(() => this.join([message]));
  }

  typed(): void {
    if (Date.now() - this.typedAt < TYPING_EVERY) return;
    this.typedAt = Date.now();
    this.say({ type: "typing", active: true });
  }

  close(): void {
    this.tell({ type: "close" });
  }

  /** `alone`: sent by itself when it is there, as recordings are. */
  attach(files: readonly globalThis.File[], alone = false): void {
    this.notices = [];
    const most = this.channel?.max_files ?? 0;
    const room = Math.max(0, most - this.attached.length);
    if (files.length > room) this.notices = [say("tooMany", { count: most })];
    for (const file of files.slice(0, room)) {
      const refusal = this.refusal(file);
      if (refusal) this.notices = [...this.notices, refusal];
      else this.begins({ key: ++this.keys, id: newId(), name: file.name, file, progress: 0, failed: false, upload: null, alone, stop: new AbortController() });
    }
    this.changed();
  }

  detach(key: number): void {
    this.attached.find((each) => each.key === key)?.stop.abort();
    this.attached = this.attached.filter((each) => each.key !== key);
    this.changed();
  }

  again(key: number): void {
    const found = this.attached.find((each) => each.key === key);
    if (found?.failed) void this.upload(found);
  }

  takes(type: string): boolean {
    return this.rulesFor(type).length > 0;
  }

  async earlier(): Promise<void> {
    const first = this.messages[0];
    if (!first) return;
    const page = await this.server.earlier(first.id).catch(() => null);
    if (!page) return;
    this.more = page.more;
    this.join(page.messages);
  }

  private begins(attached: Attached): void {
    this.attached = [...this.attached, attached];
    void this.upload(attached);
  }

  private async upload({ key, id, file, stop: { signal: stop } }: Attached): Promise<void> {
    this.mark(key, { progress: 0, failed: false });
    try {
      const upload = await this.server.upload(id, file, stop, (progress) => this.mark(key, { progress }));
      const found = this.attached.find((each) => each.key === key);
      if (!found?.alone) return this.mark(key, { upload });
      this.detach(key);
      this.put("", [upload]);
    } catch (error) {
      if (stop.aborted) return;
      if (!(error instanceof Refused && error.final)) return this.mark(key, { failed: true });
      this.detach(key);
      this.notice(say("badType", { name: file.name }));
    }
  }

  private mark(key: number, change: Partial<Attached>): void {
    this.attached = this.attached.map((each) => (each.key === key ? { ...each, ...change } : each));
    this.changed();
  }

  private rulesFor(type: string): Channel["files"] {
    const fits = (each: string) => each === "*/*" || each === type || (each.endsWith("/*") && type.startsWith(each.slice(0, -1)));
    return this.channel?.files.filter((rule) => rule.types.some(fits)) ?? [];
  }

  private refusal({ name, type, size }: globalThis.File): string | null {
    // without a type (.log, .md): the server looks into it
    const most = Math.max(-1, ...(type ? this.rulesFor(type) : (this.channel?.files ?? [])).map((rule) => rule.max_bytes));
    if (most < 0) return say("badType", { name });
    return size > most ? say("tooLarge", { name, limit: `${Math.floor(most / 1024 / 1024)} MB` }) : null;
  }

  private notice(text: string): void {
    this.notices = [...this.notices, text];
    this.changed();
  }

  /** Somebody else at the host page: nothing of the one before stays. */
  private become(identity: unknown): void {
    this.identity = identity;
    if (identity === null) {
      this.server.token = null;
      this.outbox.clear();
    }
    this.messages = [];
    this.seen = null;
    this.readUpTo = [0, 0];
    void this.connect();
  }

  private async connect(): Promise<void> {
    clearTimeout(this.retry);
    const old = this.socket;
    this.socket = null;
    old?.close();
    try {
      this.begin(await this.server.session(this.identity));
    } catch (error) {
      if (!(error instanceof Refused && error.final)) return this.later();
      this.gone = true;
      this.changed();
    }
  }

  private begin(session: Session): void {
    const known = this.messages[0];
    const fresh = session.messages[0];
    if (known && fresh && this.messages.every((message) => after(fresh.position, message.position))) this.messages = [];
    this.channel = session.channel;
    this.seen = session.seen;
    this.more = this.messages.length > 0 ? this.more : session.more;
    this.cursor = session.cursor;
    this.gone = false;
    this.startedAt = Date.now();
    this.tell({ type: "token", token: session.token });
    this.join(session.messages);
    this.listen();
    void this.outbox.run();
  }

  private listen(): void {
    const socket = new WebSocket(`${location.origin.replace(/^http/u, "ws")}/widget/live/${this.id}`);
    this.socket = socket;
    const beat = setInterval(() => this.say({ type: "ping" }), 25_000);
    socket.onopen = () =>
      socket.send(JSON.stringify({ type: "hello", token: this.server.token, origin: this.origin, since: this.cursor }));
    socket.onmessage = (event) => socket === this.socket && this.receive(JSON.parse(String(event.data)) as Frame);
    socket.onclose = ({ code }) => {
      clearInterval(beat);
      if (socket !== this.socket) return;
      this.socket = null;
      if (code === 4004 || code === 4005) this.gone = true;
      else this.later();
      this.online = false;
      this.changed();
    };
  }

  private receive(frame: Frame): void {
    if ("cursor" in frame && frame.cursor !== undefined) this.cursor = frame.cursor;
    if (frame.type === "hello") {
      this.online = true;
      this.failures = 0;
      this.confirmed = "";
      this.confirm();
    }
    if (frame.type === "message") this.take(frame.message, false);
    if (frame.type === "seen") this.seen = [frame.number, frame.seq];
    if (frame.type === "typing") this.types(frame.active ? frame.name : "");
    if (frame.type === "resync") void this.connect();
    this.changed();
  }

  private types(name: string): void {
    this.typing = name;
    clearTimeout(this.typingEnds);
    if (name) this.typingEnds = window.setTimeout(() => (this.types(""), this.changed()), TYPING_LASTS);
  }

  private take(message: Message, own: boolean): void {
    if (message.from !== "visitor") this.types("");
    if (message.client_message_id && !own) this.outbox.drop(message.client_message_id);
    this.join([message]);
  }

  private join(messages: readonly Message[]): void {
    const all = new Map(this.messages.map((message) => [message.id, message]));
    for (const message of messages) all.set(message.id, message);
    this.messages = [...all.values()].sort((one, other) => (after(one.position, other.position) ? 1 : -1));
    for (const { client_message_id } of messages) if (client_message_id) this.outbox.drop(client_message_id);
    this.confirm();
    this.changed();
  }

  /** Says how far the answers have come, or been seen, and counts those that have not. */
  private confirm(): void {
    const answers = this.messages.filter(({ from, kind }) => kind === "message" && (from === "agent" || from === "bot"));
    const last = answers.at(-1);
    const visible = this.shown && document.visibilityState === "visible";
    if (last && this.online && this.confirmed !== `${visible}${last.id}`) {
      this.confirmed = `${visible}${last.id}`;
      this.say({ type: visible ? "read" : "delivered", message_id: last.id });
    }
    if (last && visible && after(last.position, this.readUpTo)) {
      this.readUpTo = last.position;
      this.tell({ type: "keep", key: "read", value: JSON.stringify(last.position) });
    }
    this.tell({ type: "unread", count: answers.filter(({ position }) => after(position, this.readUpTo)).length });
  }

  private later(): void {
    this.online = false;
    this.failures += 1;
    clearTimeout(this.retry);
    const most = Math.min(LONGEST_WAIT, 500 * 2 ** this.failures);
    this.retry = window.setTimeout(() => void this.connect(), most / 2 + (Math.random() * most) / 2);
    this.changed();
  }

  private say(frame: object): void {
    if (this.socket?.readyState === WebSocket.OPEN && this.online) this.socket.send(JSON.stringify(frame));
  }

  private tell(message: object): void {
    parent.postMessage({ harken: 1, ...message }, this.origin);
  }
}

/** Browsers have randomUUID on https and localhost alone. */
function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function position(text: string | undefined): Position | null {
  try {
    return text ? (JSON.parse(text) as Position) : null;
  } catch {
    return null;
  }
}

/** Every file on its way from this page, whatever conversation is open: in the composer, or in a message that waits for it. */

import { SvelteMap } from "svelte/reactivity";
import { ApiError, asApiError } from "../../api/errors";
import type { Attachment, Id } from "../../api/types";
import { t } from "../../i18n";
import type { Pending } from "../../sync/model";
import { isHeic, kindOf } from "../files";
import { newId } from "../id";
import { LARGEST_KEPT, shelf, type Kept } from "./shelf";
import { carry, pageClock } from "./transfer";
import { httpWire, type Stored } from "./wire";
import { refusalText } from "./wording";

/** What marks the id of a file that the server has not got yet. */
const LOCAL = "local:";
export const isLocal = (id: Id): boolean => id.startsWith(LOCAL);

/** `waiting`: for the network. `lost`: after a reload, of a file too large to be kept: it is to be chosen again. */
export type TransferState = "uploading" | "waiting" | "done" | "failed" | "lost";

/** What has arrived of it is of no use. */
const drop = (uploadId: string) => void httpWire.drop(uploadId).catch(() => undefined);

export class Transfer {
  caption = $state("");
  progress = $state(0);
  state = $state<TransferState>("uploading");
  error = $state("");
  stored = $state.raw<Stored | null>(null);
  content = $state.raw<Blob | null>(null);
  /** Part of a message that waits to go. */
  sent = $state(false);
  /** The draft that is kept has it: once that has it no more, it has gone elsewhere. */
  drafted = false;
  /** Its message has gone: nothing of it need be kept. */
  settled = false;
  place = 0;
  uploadId: string | null = null;
  #stop: AbortController | null = null;
  #cancelled = false;
  #saving: ReturnType<typeof setTimeout> | undefined;
  #waiting: { resolve: (stored: Stored) => void; reject: (error: unknown) => void }[] = [];

  constructor(
    readonly id: string,
    readonly agent: Id,
    readonly conversation: Id,
    readonly channel: Id,
    readonly name: string,
    readonly type: string,
    readonly size: number,
    readonly voice: boolean,
    private readonly at = Date.now(),
  ) {}

  /** Where it is shown from, before and after the server has it. */
  get url(): string | null {
    return this.content && !isHeic(this.stored?.type ?? this.type) ? urlOf(this.content) : null;
  }

  get attachment(): Attachment {
    const { stored } = this;
    if (stored) return { ...stored, kind: stored.kind ?? kindOf(stored.type), details: stored.details ?? {}, state: "ready", inline: false };
    return { id: this.id, name: this.name, type: this.type, size: this.size, kind: kindOf(this.type), state: "pending", inline: false, details: this.voice ? { voice: true } : {} };
  }

  start(): void {
    if (this.#stop || this.stored) return;
    if (!this.content) return void (this.state = "lost");
    const stop = (this.#stop = new AbortController());
    this.state = "uploading";
    this.error = "";
    this.save();
    const { name, type, channel: channelId, voice, content } = this;
    const journey = {
      file: { name, type, channelId, voice }, content, signal: stop.signal,
      begun: (id: string | null) => {
        if (this.#cancelled) return void (id && drop(id)); // asked for before that, answered after
        this.uploadId = id;
        this.save();
      },
      progress: (part: number) => (this.progress = part),
      stalled: (waiting: boolean) => (this.state = waiting ? "waiting" : "uploading"),
    };
    void alone(this.id, stop.signal, async () => {
      const elsewhere = await shelf.get(this.id); // another tab may have brought it there meanwhile
      this.uploadId = elsewhere?.uploadId ?? this.uploadId;
      if (elsewhere?.sent) this.sent = true; // and have sent it
      return elsewhere?.stored ?? (await carry({ ...journey, uploadId: this.uploadId }, httpWire, pageClock));
    }).then(
      (stored) => void this.#arrived(stored),
      (error: unknown) => this.#failed(error, stop),
    );
  }

  /** The file, when it is there. Raises ApiError when it is refused or cannot be had any more. */
  arrival(): Promise<Stored> {
    if (this.stored) return Promise.resolve(this.stored);
    this.start();
    if (this.state === "lost") return Promise.reject(new ApiError(410, "file_lost", t.files.lost(this.name)));
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** Nobody waits for it any more; what has arrived of it goes, too. */
  cancel(): void {
    this.#cancelled = true;
    this.stop();
    this.forget();
    if (!this.stored && this.url) URL.revokeObjectURL(this.url);
    if (!this.stored && this.uploadId) drop(this.uploadId);
  }

  stop(): void {
    this.#stop?.abort();
    this.#stop = null;
    this.unawait();
  }

  /** The message that waits for it is not to go. */
  unawait(): void {
    this.#settle(({ reject }) => reject(new DOMException("aborted", "AbortError")));
  }

  /** It is chosen again (after a reload). */
  replace(content: Blob): void {
    this.content = content;
    this.start();
  }

  forget(): void {
    clearTimeout(this.#saving);
    transfers.delete(this.id);
    void shelf.remove(this.id);
  }

  captioned(words: string): void {
    if (words === this.caption) return;
    this.caption = words;
    this.save();
  }

  /** The draft has it. */
  draft(): void {
    this.drafted = true;
    this.save();
  }

  /** Written down, soon. */
  save(): void {
    clearTimeout(this.#saving);
    this.#saving = setTimeout(() => void this.saveNow(), 50);
  }
  saveNow(): Promise<void> {
    clearTimeout(this.#saving);
    return transfers.has(this.id) && !this.settled ? shelf.put(this.#kept()) : Promise.resolve();
  }

  #kept(): Kept {
    const { id, agent, conversation, channel, name, type, size, voice, caption, place, at, uploadId, sent, drafted } = this;
    const content = size <= LARGEST_KEPT ? this.content : null;
    return { id, agent, conversation, channel, name, type, size, voice, content, caption, place, at, uploadId, sent, drafted, stored: $state.snapshot(this.stored) as Stored | null };
  }

  /** Written down before anybody learns of it: a draft that knows a file of which the shelf does not know that it is there would show it twice after a reload. */
  async #arrived(stored: Stored): Promise<void> {
    this.#stop = null;
    clearTimeout(this.#saving);
    if (transfers.has(this.id) && !this.settled) await shelf.put({ ...this.#kept(), stored });
    if (this.#cancelled) return;
    this.stored = stored;
    this.state = "done";
    this.progress = 1;
    if (this.url) keepPreview(stored.id, this.url);
    this.#settle(({ resolve }) => resolve(stored));
  }

  #failed(error: unknown, stop: AbortController): void {
    if (stop.signal.aborted) return;
    this.#stop = null;
    const problem = asApiError(error);
    this.state = "failed";
    this.error = refusalText(problem, this.name);
    this.uploadId = null;
    this.save();
    this.#settle(({ reject }) => reject(new ApiError(422, problem.code, this.error, problem.fields)));
  }

  #settle(each: (one: { resolve: (stored: Stored) => void; reject: (error: unknown) => void }) => void): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const one of waiting) each(one);
  }
}

const urls = new WeakMap<Blob, string>();

function urlOf(content: Blob): string {
  let url = urls.get(content);
  if (!url) urls.set(content, (url = URL.createObjectURL(content)));
  return url;
}

/** By their id, `local:...`. */
export const transfers = new SvelteMap<string, Transfer>();
/** What this page has of files that the server has, too: nothing flickers when they take the place of the local ones. */
const previews = new SvelteMap<Id, string>();
const MOST_PREVIEWS = 60;

function keepPreview(id: Id, url: string): void {
  previews.set(id, url);
  for (const [oldest, old] of previews) {
    if (previews.size <= MOST_PREVIEWS) return;
    previews.delete(oldest);
    URL.revokeObjectURL(old);
  }
}

/** Where a file is shown from: this page's own copy, or the server. */
export function sourceOf(file: Attachment): string {
  return (isLocal(file.id) ? transfers.get(file.id)?.url : previews.get(file.id)) ?? (isLocal(file.id) ? "" : `/files/${file.id}`);
}
export const previewOf = (id: Id): string | undefined => (isLocal(id) ? (transfers.get(id)?.url ?? undefined) : previews.get(id));

export function begin(file: File, of: { agent: Id; conversation: Id; channel: Id; voice: boolean; place: number }): Transfer {
  const made = new Transfer(LOCAL + newId(), of.agent, of.conversation, of.channel, file.name, file.type, file.size, of.voice);
  made.content = file;
  made.place = of.place;
  transfers.set(made.id, made);
  made.start();
  return made;
}

let restored: { agent: Id; done: Promise<void> } | null = null;

/** What an earlier page has left: it goes on. Once for each agent. */
export function restore(agent: Id): Promise<void> {
  if (restored?.agent !== agent) restored = { agent, done: readShelf(agent) };
  return restored.done;
}

async function readShelf(agent: Id): Promise<void> {
  for (const kept of await shelf.list(agent)) {
    if (transfers.has(kept.id)) continue;
    const made = new Transfer(kept.id, agent, kept.conversation, kept.channel, kept.name, kept.type, kept.size, kept.voice, kept.at);
    Object.assign(made, { content: kept.content, caption: kept.caption, place: kept.place, uploadId: kept.uploadId, sent: kept.sent, drafted: kept.drafted ?? false, stored: kept.stored });
    transfers.set(made.id, made);
    if (kept.stored) {
      made.state = "done";
      made.progress = 1;
      if (made.url) keepPreview(kept.stored.id, made.url);
    } else if (!made.sent) made.start(); // what a message waits for is asked for with the message
  }
}

/** The ids that a message was written with, and those that it goes with. */
const localOnes = ({ operation }: Pending): Id[] => (operation.kind === "reply" ? operation.attachments.map(({ id }) => id).filter(isLocal) : []);

/** A message with files that are still on their way: it goes when they have arrived. Raises ApiError when one is refused. */
export async function withFiles<T>(pending: Pending, agent: Id, wanted: () => boolean, carryOut: (ready: Pending) => Promise<T>): Promise<T> {
  const locals = localOnes(pending);
  if (pending.operation.kind !== "reply" || locals.length === 0) return carryOut(pending);
  await restore(agent);
  const attachments: Attachment[] = [];
  for (const file of pending.operation.attachments) attachments.push(isLocal(file.id) ? await arrivalOf(file) : file);
  if (!wanted()) throw new ApiError(410, "discarded", ""); // meanwhile
  const done = await carryOut({ ...pending, operation: { ...pending.operation, attachments } });
  for (const id of locals) {
    const transfer = transfers.get(id);
    if (transfer) transfer.settled = true;
    setTimeout(() => transfer?.forget(), 60_000); // the message on screen shows it until its event is there
    void shelf.remove(id);
  }
  return done;
}

async function arrivalOf(file: Attachment): Promise<Attachment> {
  const transfer = transfers.get(file.id);
  if (!transfer) throw new ApiError(410, "file_lost", t.files.lost(file.name));
  try {
    await transfer.arrival();
  } catch (error) {
    throw asApiError(error);
  }
  return transfer.attachment;
}

/** A message is not to go: its files wait a while, in case it is to be edited again. */
export function letGo(pending: Pending): void {
  for (const id of localOnes(pending)) {
    const transfer = transfers.get(id);
    if (transfer?.sent) transfer.stop();
    else transfer?.unawait(); // it is in the composer again
    setTimeout(() => transfer?.sent && transfer.cancel(), 30_000);
  }
}

/** One page of this browser at a time brings a file to the server. */
async function alone<T>(id: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return "locks" in navigator ? navigator.locks.request(`harken.${id}`, { signal }, work) : work();
}

/** The files of the message that is being written, one list for each conversation for the page's life: chosen, in order, with captions. */

import { untrack } from "svelte";
import type { Attachment, Capabilities, Id } from "../../api/types";
import { t } from "../../i18n";
import { refusal, type Refusal } from "../../lib/files";
import { fileSize } from "../../lib/format";
import { live } from "../../lib/live.svelte";
import { captioned, messagesOf, type Outgoing } from "../../lib/outgoing";
import { begin, isLocal, restore, Transfer, transfers } from "../../lib/transfers/transfers.svelte";
import type { DraftFile } from "./drafts";

export type { Transfer };
type Channel = { readonly id: Id; readonly capabilities: Capabilities };

export function words(why: Refusal): string {
  switch (why.reason) {
    case "no_files":
      return t.files.no_files;
    case "too_many":
      return t.files.too_many(why.limit);
    case "wrong_type":
      return t.files.wrong_type(why.name);
    case "too_big":
      return t.files.too_big(why.name, fileSize(why.limit));
    case "empty":
      return t.files.empty(why.name);
  }
}

export class Uploads {
  list = $state.raw<readonly Transfer[]>([]);
  /** Why files were not taken, one for each. */
  refusals = $state.raw<readonly string[]>([]);

  constructor(private readonly conversation: Id) {
    void restore(live.me.id).then(() => this.#found());
  }

  get refused(): string {
    return this.refusals.join(" ");
  }
  /** Something keeps the message from going: a file that was refused, or is to be chosen again. */
  get blocked(): boolean {
    return this.list.some(({ state }) => state === "failed" || state === "lost");
  }
  get busy(): boolean {
    return this.list.some(({ state }) => state !== "done");
  }
  get arriving(): boolean {
    return this.busy && !this.blocked;
  }
  get attachments(): Attachment[] {
    return this.list.map(({ attachment }) => attachment);
  }
  /** As the draft has them: those that have arrived. */
  get files(): DraftFile[] {
    return this.list.flatMap((file) => (file.stored && !file.sent ? [file.caption ? { ...file.attachment, caption: file.caption } : file.attachment] : []));
  }

  /** Returns those that were taken. */
  add(files: Iterable<File>, channel: Channel, voice = false): Transfer[] {
    const taken: Transfer[] = [];
    const refused: string[] = [];
    for (const file of files) {
      const again = this.list.find((each) => each.state === "lost" && each.name === file.name && each.size === file.size);
      const why = again ? null : refusal(file, this.list.length, channel.capabilities, voice);
      if (why) refused.push(words(why));
      else if (again) again.replace(file);
      else {
        const of = { agent: live.me.id, conversation: this.conversation, channel: channel.id, voice, place: (this.list.at(-1)?.place ?? 0) + 1 };
        taken.push(begin(file, of));
        this.list = [...this.list, taken.at(-1)!];
      }
    }
    this.refusals = [...new Set(refused)];
    return taken;
  }

  remove(id: string): void {
    this.list.find((each) => each.id === id)?.cancel();
    this.list = this.list.filter((each) => each.id !== id);
    this.refusals = [];
  }

  again(id: string): void {
    this.list.find((each) => each.id === id)?.start();
  }

  /** Puts one at another place in the order. */
  move(id: string, to: number): void {
    const one = this.list.find((each) => each.id === id);
    if (!one) return;
    const others = this.list.filter((each) => each !== one);
    others.splice(Math.max(0, Math.min(others.length, to)), 0, one);
    this.#put(others);
  }
  #put(list: readonly Transfer[]): void {
    this.list = list;
    list.forEach((each, place) => {
      each.place = place;
      each.save();
    });
  }

  /** The messages that text and files make on this channel, in order. */
  messages(text: string, channel: Channel): { text: string; attachments: Attachment[] }[] {
    const limits = channel.capabilities;
    const own = captioned(limits, this.list.length);
    const pieces = this.list.map((file) => ({ file, caption: own ? file.caption : "", voice: file.voice }));
    return messagesOf(text, pieces, limits).map(({ text: part, files }: Outgoing<Transfer>) => ({ text: part, attachments: files.map(({ attachment }) => attachment) }));
  }

  /** They belong to messages now. */
  sent(): void {
    for (const each of this.list) {
      each.sent = true;
      void each.saveNow();
    }
    this.list = [];
    this.refusals = [];
  }

  /** Another message begins, with these files already there (a reply taken back). */
  reset(attachments: readonly Attachment[] = []): void {
    for (const each of this.list) each.cancel();
    this.refusals = [];
    this.list = attachments.map((attachment, place) => this.#takenBack(attachment, place));
  }

  /** A prepared answer's files, as far as the channel takes them. */
  prepare(attachments: readonly Attachment[], channel: Channel): void {
    const why = attachments.map((each, at) => refusal({ ...each, stored: true }, this.list.length + at, channel.capabilities));
    this.put(attachments.filter((each, at) => !why[at] && !this.list.some(({ attachment }) => attachment.id === each.id)));
    this.refusals = [...new Set(why.filter((each) => each !== null).map(words))];
  }

  /** More files, after those that are there. */
  put(attachments: readonly DraftFile[]): void {
    this.list = [...this.list, ...attachments.map((attachment, at) => this.#takenBack(attachment, this.list.length + at))];
  }

  /** The draft as it is kept: a file that it had and has no more was sent or taken out elsewhere. `order`: theirs is the order, and the captions.
  Returns the ids of those that went. */
  follow(kept: readonly DraftFile[], order: boolean): Id[] {
    const places = new Map(kept.map(({ id }, place) => [id, place]));
    const placeOf = (each: Transfer) => (each.stored ? places.get(each.stored.id) : undefined);
    const gone = this.list.filter((each) => each.drafted && placeOf(each) === undefined);
    for (const each of gone) each.forget();
    let list = this.list.filter((each) => !gone.includes(each));
    for (const each of list) if (!each.drafted && placeOf(each) !== undefined) each.draft();
    if (order) {
      const placed = list.filter((each) => each.drafted).sort((one, other) => placeOf(one)! - placeOf(other)!);
      list = list.map((each) => (each.drafted ? placed.shift()! : each));
      for (const each of list) if (each.drafted) each.captioned(kept[placeOf(each)!]!.caption ?? "");
    }
    if (list.some((each, at) => each !== this.list[at]) || gone.length > 0) this.#put(list);
    return gone.flatMap(({ stored }) => (stored ? [stored.id] : []));
  }

  /** What another tab has brought there, and this one too, is there once; what it has sent, not at all. Returns whether all was in order. */
  once(): boolean {
    const found = new Set<Id>();
    const doubles = this.list.filter(({ stored }) => stored && (found.has(stored.id) || !found.add(stored.id)));
    for (const each of doubles) each.forget();
    const list = this.list.filter((each) => !each.sent && !doubles.includes(each));
    if (list.length === this.list.length) return true;
    this.list = list;
    return false;
  }

  #takenBack(attachment: DraftFile, place: number): Transfer {
    const known = isLocal(attachment.id) ? transfers.get(attachment.id) : undefined;
    const { id, name, type, size, kind, details } = attachment;
    const one = known ?? new Transfer(isLocal(id) ? id : `local:${this.conversation}.${id}`, live.me.id, this.conversation, "", name, type, size, details?.voice === true);
    one.sent = one.drafted = false;
    one.place = place;
    one.caption = attachment.caption ?? one.caption;
    if (!known && !isLocal(id)) {
      one.stored = { id, name, type, size, kind, details };
      one.state = "done";
    }
    transfers.set(one.id, one);
    void one.saveNow(); // before it starts, which asks what is written down
    one.start();
    return one;
  }

  /** What an earlier page has left of this message. */
  #found(): void {
    const mine = [...transfers.values()].filter((each) => each.conversation === this.conversation && each.agent === live.me.id && !each.sent);
    const more = untrack(() => mine.filter((each) => !this.list.includes(each)));
    if (more.length > 0) this.list = [...this.list, ...more].sort((one, other) => one.place - other.place);
  }
}

/** In the place of its id, of the conversation that is being begun. */
export const NEW = "new";
const known = new Map<string, Uploads>();

export function uploadsOf(conversation: Id): Uploads {
  const key = `${live.me.id}.${conversation}`;
  let uploads = known.get(key);
  if (!uploads) known.set(key, (uploads = new Uploads(conversation)));
  return uploads;
}

/** What stands in the composer of one conversation: the draft, its field and caret, and how it is kept. One for each composer. */

import { tick } from "svelte";
import { beside, readDraft, writeDraft, type Answered, type Draft } from "./drafts";

export type Range = { start: number; end: number };
type Given = {
  /** What is kept of this conversation now; null: nothing. */
  kept: string | null;
  newest: () => number;
  onkeep: (draft: string | null) => void;
  ontyping: (active: boolean) => void;
};

/** In which what is written here and in another tab is written at once. */
const SAME_MOMENT_MS = 1000;

export class Composing {
  draft = $state() as Draft;
  caret = $state(0);
  /** The selected text of the field, when there is one. */
  selected = $state.raw<Range | null>(null);
  field = $state<HTMLTextAreaElement>();
  #given: Given;
  #written: string | null;
  #saving: ReturnType<typeof setTimeout> | undefined;
  #typingUntil = 0;
  #writtenAt = 0;

  constructor(given: Given) {
    this.#given = given;
    this.#written = given.kept;
    this.draft = readDraft(given.kept);
  }

  get note(): boolean {
    return this.draft.mode === "note";
  }
  get text(): string {
    return this.note ? this.draft.note : this.draft.reply;
  }

  set(value: string): void {
    this.#writtenAt = Date.now();
    if (this.note) this.draft.note = value;
    else {
      if (!value) this.draft.began = null;
      else if (!this.draft.reply) this.draft.began = this.#given.newest();
      this.draft.reply = value;
    }
    this.save();
  }

  /** A key was pressed in the field. */
  typed(): void {
    this.moved();
    if (this.note || Date.now() < this.#typingUntil) return;
    this.#typingUntil = Date.now() + 3000;
    this.#given.ontyping(true);
  }

  moved(): void {
    const { selectionStart = 0, selectionEnd = 0 } = this.field ?? {};
    this.caret = selectionStart;
    this.selected = selectionEnd > selectionStart ? { start: selectionStart, end: selectionEnd } : null;
  }

  /** In place of a range; the caret stands after it. The browser's own undo knows of it where it can. */
  insertAt({ start, end }: Range, insert: string): void {
    const { field } = this;
    if (field && !field.disabled) {
      field.focus();
      field.setSelectionRange(start, end);
      // deprecated, and the only way that keeps the undo stack of a textarea
      if (insert ? document.execCommand("insertText", false, insert) : document.execCommand("delete")) return this.moved();
    }
    this.set(this.text.slice(0, start) + insert + this.text.slice(end));
    void this.select(start + insert.length);
  }

  /** At the caret, in place of what is selected. */
  insert(words: string): void {
    const end = this.text.length;
    const { selectionStart = end, selectionEnd = end } = this.field ?? {};
    this.insertAt({ start: selectionStart, end: selectionEnd }, words);
  }

  async select(start: number, end = start): Promise<void> {
    await tick();
    this.field?.focus();
    this.field?.setSelectionRange(start, end);
    this.moved();
  }

  async focus(mode: Draft["mode"] = this.draft.mode): Promise<void> {
    this.draft.mode = mode;
    await tick();
    this.field?.focus();
    this.moved();
  }

  /** Makes the reply an answer to one message, or (null) to none. */
  answer(to: Answered | null): void {
    this.draft.answered = to;
    this.save();
    void this.focus("reply");
  }

  /** Words taken back stand in the field again, before what is there. */
  async restore(mode: Draft["mode"], back: string, answered: Answered | null = null): Promise<void> {
    this.draft.mode = mode;
    this.draft.answered ??= answered;
    this.set(this.text ? `${back}\n${this.text}` : back);
    await this.focus(mode);
  }

  /** All of it has been sent: the other mode's words stay. */
  sent(): void {
    if (!this.note) {
      const { note, mode, other } = this.draft;
      this.draft = { ...readDraft(null), note, mode, other };
    } else this.draft.note = "";
    this.keep();
    this.#stopTyping();
  }

  /** At once for what is short; writing a whole book down at each key would be felt. */
  save(): void {
    this.#saving ??= setTimeout(() => this.keep(), this.text.length < 20_000 ? 0 : 500);
  }
  /** Of an e-mail: who else it is for, its subject, what stands below it. */
  change(change: Partial<Draft>): void {
    Object.assign(this.draft, change);
    this.save();
  }
  /** The other version of the draft: in place of this one, below it, or (null) not at all. */
  decide(other: "instead" | "below" | null): void {
    const words = this.draft.other ?? "";
    if (other) this.draft.reply = other === "instead" ? words : `${this.draft.reply}\n\n${words}`;
    this.change({ other: null });
  }
  get saving(): boolean {
    return this.#saving !== undefined;
  }
  keep(): void {
    clearTimeout(this.#saving);
    this.#saving = undefined;
    this.#written = writeDraft(this.draft);
    this.#given.onkeep(this.#written);
  }
  /** Another tab wrote: what it has is shown here (true); while something is being typed here too, it is offered. */
  elsewhere(kept: string | null): boolean {
    if (kept === this.#written) return false;
    const writing = this.saving || Date.now() < this.#writtenAt + SAME_MOMENT_MS;
    const both = writing ? beside(this.draft, readDraft(kept)) : null;
    this.#written = kept;
    this.draft = both ?? readDraft(kept);
    if (both) this.save();
    return !both;
  }
  leave(): void {
    if (this.saving) this.keep();
    this.#stopTyping();
  }

  #stopTyping(): void {
    if (this.#typingUntil) this.#given.ontyping(false);
    this.#typingUntil = 0;
  }
}

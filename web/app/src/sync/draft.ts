/** What was typed and not sent, for the reply and the note of one conversation: as the store keeps it, and as the server does. Pure. */

import type { Attachment, Id, ServerDraft } from "../api/types";

/** The message that the reply answers, as much of it as is shown. */
export type Answered = { readonly id: string; readonly name: string; readonly text: string };

/** With words of its own, where the channel sends each file alone. */
export type DraftFile = Attachment & { readonly caption?: string };

/** `began`: the newest seq when the reply was begun; null while there is none. What is null of an e-mail stands as it is proposed.
`other`: another version, written elsewhere at the same time. */
export type Draft = {
  reply: string;
  note: string;
  mode: "reply" | "note";
  answered: Answered | null;
  began: number | null;
  subject: string | null;
  cc: readonly string[] | null;
  bcc: readonly string[];
  signature: boolean;
  quote: boolean;
  files: readonly DraftFile[];
  other: string | null;
};

const EMPTY: Draft = { reply: "", note: "", mode: "reply", answered: null, began: null, subject: null, cc: null, bcc: [], signature: true, quote: true, files: [], other: null };

export function readDraft(kept: string | null): Draft {
  try {
    return kept === null ? { ...EMPTY } : { ...EMPTY, ...(JSON.parse(kept) as Partial<Draft>) };
  } catch {
    return { ...EMPTY };
  }
}

/** Something was written or chosen that is not sent: a mode or an address alone is none. */
export function hasWords(kept: string | null): boolean {
  if (kept === null) return false;
  const { reply, note, files, other } = readDraft(kept);
  return reply.trim() !== "" || note.trim() !== "" || files.length > 0 || Boolean(other);
}

/** What is kept, with words taken back in front of it: for a composer that is not on screen. */
export function takenBack(kept: string | null, mode: Draft["mode"], words: string, mail: Mailed | null = null): string | null {
  const draft = readDraft(kept);
  return writeDraft({ ...draft, ...(mail && mailTakenBack(draft, mail)), mode, [mode]: draft[mode] ? `${words}\n${draft[mode]}` : words });
}

/** What an e-mail has beside its words. */
export type Mailed = Pick<Draft, "subject" | "cc" | "bcc" | "signature" | "quote">;

/** Of an e-mail that is to be written on, and of the draft that was begun meanwhile: it goes as it went, and to whom that was for, too. */
export const mailTakenBack = ({ subject, cc, bcc }: Mailed, mail: Mailed): Mailed => ({
  subject: mail.subject ?? subject, cc: eitherOf(mail.cc, cc), bcc: both(mail.bcc, bcc), signature: mail.signature, quote: mail.quote,
});

const both = (some: readonly string[], others: readonly string[]): string[] => [...new Set([...some, ...others])];
const eitherOf = (some: readonly string[] | null, others: readonly string[] | null) => (some && others ? both(some, others) : (some ?? others));

/** Null when nothing is worth keeping. What is as it is in an empty one is left out. */
export function writeDraft(draft: Draft): string | null {
  const { reply, note, answered, subject, cc, bcc, files, other } = draft;
  if (!reply && !note && !answered && subject === null && cc === null && bcc.length === 0 && files.length === 0 && !other) return null;
  const kept = Object.entries(draft).filter(([name, value]) => {
    if (name === "began") return Boolean(reply) && value !== null;
    const empty = EMPTY[name as keyof Draft];
    return name === "mode" || name === "reply" || name === "note" || (Array.isArray(value) && Array.isArray(empty) ? value.length > 0 : value !== empty);
  });
  return JSON.stringify(Object.fromEntries(kept));
}

/** As PUT .../draft takes it. */
export function bodyOf(kept: string | null): Omit<ServerDraft, "conversation_id" | "revision" | "attachments" | "updated_at"> {
  const { reply, files, answered, ...draft } = readDraft(kept);
  const captions = Object.fromEntries(files.flatMap(({ id, caption }) => (caption ? [[id, caption]] : [])));
  return { ...draft, text: reply, attachment_ids: files.map(({ id }) => id), captions, reply_to: answered?.id ?? null };
}

/** `quoted`: what stands for the message that it answers. */
export function keptOf(draft: ServerDraft, quoted: (id: Id) => Answered | null): string | null {
  if (draft.revision === 0) return null;
  const { text, note, mode, subject, cc, bcc, signature, quote, began, other, reply_to } = draft;
  return writeDraft({ reply: text, note, mode, subject, cc, bcc, signature, quote, began, other, files: filesOf(draft), answered: reply_to ? quoted(reply_to) : null });
}

/** What was written down before there were captions has none. */
const filesOf = ({ attachments, captions = {} }: ServerDraft): DraftFile[] => attachments.map((file) => (captions[file.id] ? { ...file, caption: captions[file.id]! } : file));

export const sameFiles = (some: readonly DraftFile[], others: readonly DraftFile[]): boolean =>
  some.length === others.length && some.every(({ id, caption }, at) => id === others[at]!.id && (caption ?? "") === (others[at]!.caption ?? ""));

/** The words of both on one line; once, where one has those of the other. */
function together(mine = "", theirs = ""): string {
  if (mine.includes(theirs)) return mine;
  return theirs.includes(mine) ? theirs : `${mine} ${theirs}`;
}

/** What this page has, after another one has written meanwhile: no word of either is lost. */
export function joined(mine: string | null, theirs: ServerDraft): string | null {
  const draft = readDraft(mine);
  const others = [];
  if (theirs.text && !draft.reply.includes(theirs.text)) others.push(theirs.text);
  if (theirs.other && theirs.other !== draft.other) others.push(theirs.other);
  const note = theirs.note && !draft.note.includes(theirs.note) ? (draft.note ? `${draft.note}\n${theirs.note}` : theirs.note) : draft.note;
  const reply = draft.reply || theirs.text;
  const other = [draft.other, ...others.filter((one) => one !== reply)].filter(Boolean).join("\n\n") || null;
  const their = filesOf(theirs);
  const own = draft.files.map((file) => ({ ...file, caption: together(file.caption, their.find(({ id }) => id === file.id)?.caption) }));
  const files = [...own, ...their.filter(({ id }) => !own.some((file) => file.id === id))];
  return writeDraft({ ...draft, reply, note, other, files, ...mailTakenBack(theirs, { ...draft, signature: draft.signature && theirs.signature, quote: draft.quote && theirs.quote }) });
}

const has = ({ reply, other }: Draft, words: string): boolean => reply.includes(words) || Boolean(other?.includes(words));

/** What a page has in which somebody is writing, when another one has written at the same moment: with the other's words offered. Null: all is in theirs. */
export function beside(mine: Draft, theirs: Draft): Draft | null {
  const mineOnly = theirs.reply !== "" && [mine.reply, mine.other ?? ""].some((words) => !has(theirs, words));
  const noteOnly = theirs.note !== "" && !theirs.note.includes(mine.note);
  if (!mineOnly && !noteOnly) return null;
  const offered = [mine.other, ...[theirs.reply, theirs.other].filter((words) => words && !has(mine, words))];
  const note = noteOnly && !mine.note.includes(theirs.note) ? `${mine.note}\n${theirs.note}` : noteOnly ? mine.note : theirs.note;
  const files = [...mine.files, ...theirs.files.filter(({ id }) => !mine.files.some((file) => file.id === id))];
  return { ...mine, other: offered.filter(Boolean).join("\n\n") || null, note, files };
}

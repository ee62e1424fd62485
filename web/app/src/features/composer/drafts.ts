/** What was typed and not sent, as the text in which the store keeps it: for the reply and the note of one conversation. */

/** The message that the reply answers, as much of it as is shown. */
export type Answered = { readonly id: string; readonly name: string; readonly text: string };

/** `began`: the newest seq when the reply was begun; null while there is none. */
export type Draft = { reply: string; note: string; mode: "reply" | "note"; answered: Answered | null; began: number | null };

export function readDraft(kept: string | null): Draft {
  const empty: Draft = { reply: "", note: "", mode: "reply", answered: null, began: null };
  try {
    return kept === null ? empty : { ...empty, ...(JSON.parse(kept) as Partial<Draft>) };
  } catch {
    return empty;
  }
}

/** What is kept, with words taken back in front of it: for a composer that is not on screen. */
export function takenBack(kept: string | null, mode: Draft["mode"], words: string): string | null {
  const draft = readDraft(kept);
  return writeDraft({ ...draft, mode, [mode]: draft[mode] ? `${words}\n${draft[mode]}` : words });
}

/** Null when nothing is worth keeping. */
export function writeDraft({ reply, note, mode, answered, began }: Draft): string | null {
  if (!reply && !note && !answered) return null;
  return JSON.stringify({ reply, note, mode, ...(answered ? { answered } : {}), ...(reply && began !== null ? { began } : {}) });
}

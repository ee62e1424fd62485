/** What was typed and not sent, as the text in which the store keeps it: for the reply and the note of one conversation. */

export type Draft = { reply: string; note: string; mode: "reply" | "note" };

export function readDraft(kept: string | null): Draft {
  const empty: Draft = { reply: "", note: "", mode: "reply" };
  try {
    return kept === null ? empty : { ...empty, ...(JSON.parse(kept) as Partial<Draft>) };
  } catch {
    return empty;
  }
}

/** Null when nothing is worth keeping. */
export function writeDraft(draft: Draft): string | null {
  return draft.reply || draft.note ? JSON.stringify({ reply: draft.reply, note: draft.note, mode: draft.mode }) : null;
}

/** The draft of a composer, as it is kept: sync/draft.ts; and what comes back into it. */

import type { Mailed } from "../../sync/draft";
import type { ShownMessage } from "../../sync/model";

export { beside, mailTakenBack, readDraft, sameFiles, takenBack, writeDraft, type Answered, type Draft, type DraftFile, type Mailed } from "../../sync/draft";

/** As it was written; null of what is no e-mail. */
export function mailOf(message: Partial<ShownMessage>): Mailed | null {
  const waiting = message.pending?.operation.kind === "reply" ? message.pending.operation.mail : undefined;
  if (waiting) return { subject: waiting.subject ?? null, cc: waiting.cc, bcc: waiting.bcc, signature: waiting.signature, quote: waiting.quote !== null };
  const { subject, recipients, signature, quoted } = message;
  if (!subject && !recipients && !signature && !quoted) return null;
  return { subject: subject ?? null, cc: recipients?.cc ?? null, bcc: recipients?.bcc ?? [], signature: Boolean(signature), quote: Boolean(quoted) };
}

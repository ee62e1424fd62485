/** The draft of a composer, as it is kept: sync/draft.ts. */

export { readDraft, sameFiles, takenBack, writeDraft, type Answered, type Draft, type DraftFile } from "../../sync/draft";

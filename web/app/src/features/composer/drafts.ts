/** The draft of a composer, as it is kept: sync/draft.ts. */

export { readDraft, takenBack, writeDraft, type Answered, type Draft } from "../../sync/draft";

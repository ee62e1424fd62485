/** How text and files become messages: what a channel does not take in one goes as several, in order. Pure. */

export interface Outgoing<F> {
  readonly text: string;
  readonly files: readonly F[];
}
export interface Piece<F> {
  readonly file: F;
  readonly caption: string;
  readonly voice: boolean;
}
export interface Limits {
  readonly max_files: number;
  readonly captions: boolean;
  /** The type of the channel's voice notes: they stand alone there. */
  readonly voice?: string | null;
}

/** As many at once as one can look over; each is a message of its own where a message takes one file. */
const MOST_IN_A_ROW = 10;

/** How many files may be chosen: as many as one message takes, or several messages of one each. */
export const mostFiles = (limits: Limits): number => (limits.max_files === 1 ? MOST_IN_A_ROW : limits.max_files);

/** Whether each file has words of its own. */
export const captioned = (limits: Limits, count: number): boolean => limits.captions && limits.max_files === 1 && count > 1;

export function messagesOf<F>(text: string, pieces: readonly Piece<F>[], limits: Limits): Outgoing<F>[] {
  const words = text.trim();
  const alone = (piece: Piece<F>) => piece.voice && Boolean(limits.voice);
  if (pieces.length === 0) return words ? [{ text: words, files: [] }] : [];
  const [only] = pieces;
  if (pieces.length === 1 && limits.captions && only && !alone(only)) return [{ text: words || only.caption.trim(), files: [only.file] }];
  const messages: Outgoing<F>[] = [];
  const apart = !limits.captions || limits.max_files === 1 || pieces.every(alone);
  if (words && apart) messages.push({ text: words, files: [] });
  let together: F[] = [];
  const close = () => {
    if (together.length > 0) messages.push({ text: !apart && !messages.some((each) => each.text) ? words : "", files: together });
    together = [];
  };
  for (const piece of pieces) {
    if (alone(piece) || limits.max_files === 1) {
      close();
      messages.push({ text: limits.captions && !alone(piece) ? piece.caption.trim() : "", files: [piece.file] });
    } else {
      if (together.length >= limits.max_files) close();
      together.push(piece.file);
    }
  }
  close();
  return messages;
}

/** The space that a picture will need, known before it arrives, and the pictures of a thread in order. Pure. */

import type { Attachment, Message } from "../api/types";
import { isHeic } from "./files";

const SIDE = 280;
const MOST_PIXELS = 50_000_000;
const UNKNOWN = { wide: SIDE, high: 190 };
export type Size = { readonly wide: number; readonly high: number };

const positive = (value: unknown): number | null => (typeof value === "number" && value > 0 ? value : null);

/** As it is, in pixels; null while nobody knows. */
export function sizeOf({ details }: Attachment): Size | null {
  const [wide, high] = [positive(details?.width), positive(details?.height)];
  return wide && high ? { wide, high } : null;
}

/** As it stands in a thread. */
export function tileOf(file: Attachment, side = SIDE): Size {
  const size = sizeOf(file);
  if (!size) return UNKNOWN;
  const scale = Math.min(1, side / size.wide, side / size.high);
  return { wide: Math.max(48, Math.round(size.wide * scale)), high: Math.max(32, Math.round(size.high * scale)) };
}

/** Shown in place: one with more pixels than a browser had best decode is a file like any other, and so is one that neither browser nor server can decode. */
export function isShown(file: Attachment): boolean {
  const size = sizeOf(file);
  if (isHeic(file.type) && file.details?.thumbnail !== true) return false;
  return file.kind === "image" && (size === null || size.wide * size.high <= MOST_PIXELS);
}

export const isPicture = (file: Attachment): boolean => isShown(file) && file.state === "ready";

export function picturesOf(messages: readonly Message[]): { file: Attachment; message: Message }[] {
  return messages.flatMap((message) => message.attachments.filter((file) => isPicture(file) && !file.inline).map((file) => ({ file, message })));
}

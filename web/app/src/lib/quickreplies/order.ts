/** In which order Quick Replies are offered; what is costly about it is done once for a list, before anybody opens a menu. Pure. */

import type { Attachment, AttachmentKind, QuickReply, QuickReplyFile } from "../../api/types";
import { foldedText, type Entry, type Text } from "../fuzzy";

type Replies = readonly QuickReply[];
type Grouped = { readonly item: QuickReply; readonly key: string };

const collator = new Intl.Collator();
const folded = new WeakMap<QuickReply, Text>();
const sorted = new WeakMap<Replies, readonly Grouped[]>();
let last: { readonly replies: Replies; readonly languages: string; readonly entries: readonly Entry<QuickReply>[] } | null = null;

/** The most used first; the variants of one shortcut beside each other, first the one in the language that stands first in `languages`. */
export function inOrder(replies: Replies, languages: readonly string[]): readonly Entry<QuickReply>[] {
  const wanted = languages.join(" ");
  if (last?.replies === replies && last.languages === wanted) return last.entries;
  const entries = byLanguage(byUse(replies), languages).map((item, order) => ({ item, order, folded: foldedOf(item) }));
  last = { replies, languages: wanted, entries };
  return entries;
}

function byUse(replies: Replies): readonly Grouped[] {
  const known = sorted.get(replies);
  if (known) return known;
  const used = new Map<string, number>();
  const grouped = replies.map((item) => ({ item, key: `${item.scope} ${item.team_id ?? ""} ${item.shortcut.toLowerCase()}` }));
  for (const { item, key } of grouped) used.set(key, (used.get(key) ?? 0) + item.usage_count);
  grouped.sort((one, other) =>
    used.get(other.key)! - used.get(one.key)! || collator.compare(one.item.shortcut, other.item.shortcut) || (one.key < other.key ? -1 : one.key > other.key ? 1 : 0),
  );
  sorted.set(replies, grouped);
  return grouped;
}

function byLanguage(grouped: readonly Grouped[], languages: readonly string[]): QuickReply[] {
  const out: QuickReply[] = [];
  for (let from = 0; from < grouped.length; ) {
    let to = from + 1;
    while (to < grouped.length && grouped[to]!.key === grouped[from]!.key) to += 1;
    const variants = grouped.slice(from, to).map(({ item }) => item);
    out.push(...(variants.length > 1 ? variants.sort((one, other) => rankOf(one.language, languages) - rankOf(other.language, languages)) : variants));
    from = to;
  }
  return out;
}

/** The less, the better. One for any language stands after those that fit, and before those that do not. */
function rankOf(language: string | null, languages: readonly string[]): number {
  if (language === null) return languages.length;
  const at = languages.findIndex((each) => base(each) === base(language));
  return at >= 0 ? at : languages.length + 1;
}

const base = (tag: string): string => tag.toLowerCase().split(/[-_]/)[0]!;

function foldedOf(reply: QuickReply): Text {
  let text = folded.get(reply);
  if (!text) folded.set(reply, (text = foldedText(reply)));
  return text;
}

/** A file of a Quick Reply as the composer takes it. */
export const attachmentOf = ({ id, name, type, size, details }: QuickReplyFile): Attachment => ({ id, name, type, size, details, kind: kindOf(type), state: "ready", inline: false });

function kindOf(type: string): AttachmentKind {
  const family = type.split("/")[0];
  return type !== "image/svg+xml" && (family === "image" || family === "audio" || family === "video") ? family : "file";
}

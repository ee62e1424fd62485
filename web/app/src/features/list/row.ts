/** What a row shows of its conversation, all at once: one value that is made anew when something of it has changed. */

import type { Conversation, Label } from "../../api/types";
import { t } from "../../i18n";
import { customerName, unreadOf } from "../../lib/conversations";
import { comingMoment, dateAndTime, duration, shortDate } from "../../lib/format";
import { helpText, whyText } from "../../lib/bots";
import { live } from "../../lib/live.svelte";
import { hasWords } from "../../sync/draft";
import { runsAcross } from "./across";
import { isOurs, isRefused } from "./doing";

const LATE = 15 * 60_000;
const NO_LABELS: readonly Label[] = [];

/** `yours`: who handles it need not be said; `inTeam`: nor with which team it is. */
export function rowOf(id: string, { yours, inTeam }: { yours: boolean; inTeam: boolean }, now: number) {
  const row = live.conversationNow(id);
  if (!row) return null;
  const { last_message: last, handler, snoozed, waiting_since, priority } = row;
  const me = live.me.id;
  const { typing, viewing } = live.companionsNow(id);
  const preview = !last ? row.subject || t.list.no_messages : last.preview || (last.attachment ? t.list.files[last.attachment] : "");
  const waited = waiting_since && row.status === "open" && !snoozed ? now - Date.parse(waiting_since) : null;
  return {
    row,
    name: customerName(row),
    channel: handler.kind === "bot" ? "bot" : (live.channel(row.channel_id)?.connector ?? ""),
    at: shortDate(row.last_activity_at, now),
    raised: priority === "urgent" || priority === "high" ? priority : null,
    before: !last || last.direction === "in" ? "" : last.kind === "note" ? t.list.note : last.author.id === me ? t.list.yours : `${last.author.name || t.line.system}: `,
    preview,
    across: runsAcross(preview, document.dir === "rtl"),
    draft: hasWords(live.draftNow(id)),
    spoken: last?.attachment === "audio" && !last.preview,
    labels: row.labels.length === 0 ? NO_LABELS : row.labels.flatMap((each) => live.label(each) ?? []),
    who: handlerOf(row, yours, me) ?? (row.team_id && !inTeam ? live.team(row.team_id)?.name : undefined),
    typing: typing[0]?.name,
    looking: viewing.length === 0 ? "" : viewing.flatMap((each) => live.agent(each)?.name ?? []).join(", "),
    help: row.status === "open" && handler.kind === "bot" ? helpText(row.bot) : null,
    handedOff: row.handed_off ? sentence(whyText(row.handed_off)) : "",
    undone: undoneOf(id),
    snoozed: snoozed ? (snoozed.until ? t.list.snoozed_until(dateAndTime(snoozed.until)) : t.list.snoozed_reply) : "",
    back: snoozed?.until ? comingMoment(snoozed.until, now) : "",
    waited: waited === null ? "" : duration(waited),
    late: waited !== null && waited > LATE,
    unread: unreadOf(row),
  };
}

function handlerOf({ handler: { id, kind } }: Conversation, yours: boolean, me: string): string | undefined {
  if (kind === "bot") return live.bot(id)?.name;
  return kind === "agent" && !yours ? (id === me ? t.you : live.agent(id ?? "")?.name) : undefined;
}

const sentence = (words: string) => words.slice(0, 1).toLocaleUpperCase() + words.slice(1);

/** My own action on it that is on its way, or that was refused. */
function undoneOf(id: string): "waiting" | "failed" | null {
  const pending = live.pendingOf(id);
  if (pending.length === 0) return null;
  const ours = pending.filter(isOurs);
  return ours.some(isRefused) ? "failed" : ours.length > 0 ? "waiting" : null;
}

/** The words of a line of what happened. Pure. */

import type { LineType } from "../../api/types";
import type { ShownMessage as Message } from "../../sync/model";
import { whyText } from "../../lib/bots";
import { dateAndTime, timeOfDay } from "../../lib/format";
import { t } from "../../i18n";

/** Those whose reason is a name within the sentence. */
const NAMED: ReadonlySet<string> = new Set<LineType>(["merged", "separated"]);

export function lineText(message: Message, myId: string): string {
  const line = message.line;
  if (!line) return message.text;
  const mine = message.author.kind === "agent" && message.author.id === myId;
  const who = mine ? t.line.you : message.author.name || t.line.system;
  const target = line.target_id === message.author.id ? "" : line.target_id === myId ? t.line.you_there : line.target_name;
  const known: Readonly<Record<string, () => string>> = {
    picked: () => (mine ? t.line.picked_you : t.line.picked(who)),
    taken_over: () => t.line.taken_over(who, target),
    forwarded: () => t.line.forwarded(who, target),
    returned: () => t.line.returned(who, target),
    closed: () => t.line.closed(who),
    reopened: () => t.line.reopened(who),
    started: () => t.line.started(who),
    handed_to_bot: () => t.line.handed_to_bot(who, target),
    labelled: () => t.line.labelled(who),
    snoozed: () => t.line.snoozed(who),
    woken: () => (message.author.kind === "system" ? t.line.woken : t.line.woken_by(who)),
    prioritised: () => t.line.prioritised(who),
    handed_off: () => t.line.handed_off(who),
    instructed: () => t.line.instructed(who),
    withdrawn: () => t.line.withdrawn(who),
    merged: () => t.line.merged(who, line.reason ?? "", target),
    separated: () => t.line.separated(who, line.reason ?? "", target),
  } satisfies Record<LineType, () => string>;
  const what = known[line.type]?.() ?? who; // a page is older than its server until it is loaded anew
  const why = line.reason && !NAMED.has(line.type) && reasonText(line.type, line.reason);
  const whole = why ? t.line.because(what, why) : what;
  return t.line.at(whole, timeOfDay(message.created_at));
}

/** A moment and a priority are written for the server; what people wrote is as they wrote it. */
function reasonText(type: string, reason: string): string {
  if (type === "snoozed" && !Number.isNaN(Date.parse(reason))) return dateAndTime(reason);
  if (type === "prioritised" && reason in t.list.priorities) return t.list.priorities[reason as keyof typeof t.list.priorities];
  if (type === "handed_off") return whyText(reason);
  return reason;
}

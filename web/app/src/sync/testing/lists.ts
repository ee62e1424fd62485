/** What lists hold in the model server, and in which order: apart from rules.ts and order.ts, so that each checks the other. */

import type { Conversation, ListedView, ListFilter, Me } from "../../api/types";

type Key = readonly (number | string)[];

const RANKS = ["urgent", "high", "normal", "low"];

/** The first of two that are compared comes first in the list when this is negative. */
export function comparison(view: ListedView, { sort = "default" }: ListFilter): (one: Conversation, other: Conversation) => number {
  const chosen = sort === "default" ? { inbox: "oldest waiting", closed: "last closed" }[view as string] ?? "newest" : sort;
  const down = chosen === "newest" || chosen === "last closed";
  const keyOf = (each: Conversation): Key => {
    const active = Date.parse(each.last_activity_at);
    const waits = each.waiting_since === null ? active : Date.parse(each.waiting_since);
    switch (chosen) {
      case "oldest waiting":
        return [each.handed_off === null ? 1 : 0, waits, each.id];
      case "last closed":
        return [Date.parse(each.closed?.at ?? ""), each.id];
      case "waiting":
        return [each.waiting_since === null ? 1 : 0, waits, each.id];
      case "priority":
        return [RANKS.indexOf(each.priority), waits, each.id];
      default:
        return [active, each.id];
    }
  };
  return (one, other) => compared(keyOf(one), keyOf(other)) * (down ? -1 : 1);
}

/** Whether a list holds what I may see. */
export function isIn(me: Me, view: ListedView, filter: ListFilter, each: Conversation, read: number): boolean {
  const { kind, id } = each.handler;
  const there = {
    inbox: each.status === "open" && kind === "none", yours: each.status === "open" && kind === "agent" && id === me.id,
    open: each.status === "open" && kind === "agent", automated: each.status === "open" && kind === "bot",
    closed: each.status === "closed", active: each.status === "open",
  }[view];
  const wanted = [
    filter.snoozed === "any" || (each.snoozed !== null) === (filter.snoozed === "only"),
    !filter.team_id || each.team_id === filter.team_id, !filter.channel_id || each.channel_id === filter.channel_id,
    !filter.label || each.labels.includes(filter.label), !filter.priority || each.priority === filter.priority,
    !filter.handler_id || (filter.handler_id === "none" ? id === null : id === filter.handler_id),
    !filter.waiting || each.waiting_since !== null, !filter.unread || each.inbound_count > read,
  ];
  return there && wanted.every(Boolean);
}

function compared(one: Key, other: Key): number {
  const at = one.findIndex((part, index) => part !== other[index]);
  return at < 0 ? 0 : (one[at] as number) < (other[at] as number) ? -1 : 1;
}

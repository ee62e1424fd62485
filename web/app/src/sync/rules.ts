/** The decisions about conversations: harken/conversations/rules.py in the browser, checked on the same examples. */

import type { Conversation, Id, ListedView, ListFilter, Me, Place, ViewName } from "../api/types";

type Counted = "inbox" | "yours" | "open" | "automated";
export type CountChange = Record<Counted, number>;

/** The one of the four views that holds a conversation; Yours is a part of Open. */
export function viewOf(place: Place): Exclude<ViewName, "yours"> {
  if (place.status === "closed") return "closed";
  switch (place.handler.kind) {
    case "none":
      return "inbox";
    case "agent":
      return "open";
    case "bot":
      return "automated";
  }
}

/** Every view in which an agent who may see the conversation finds it. */
function viewsFor(place: Place, agentId: Id): ViewName[] {
  const view = viewOf(place);
  return view === "open" && place.handler.id === agentId ? ["open", "yours"] : [view];
}

/** R4: supervisors and admins all; an agent what has no team, what is of their teams, and what they handle. */
export function maySee(me: Me, place: Place): boolean {
  return (
    me.role !== "agent" ||
    place.team_id === null ||
    me.team_ids.includes(place.team_id) ||
    (place.handler.kind === "agent" && place.handler.id === me.id)
  );
}

/** What a move from one place to another does to my numbers; null is "not there", and what is put aside is not counted. */
export function countChange(me: Me, before: Place | null, after: Place | null): CountChange {
  const change: CountChange = { inbox: 0, yours: 0, open: 0, automated: 0 };
  const add = (place: Place | null, by: number) => {
    if (!place || place.snoozed || !maySee(me, place)) return;
    for (const view of viewsFor(place, me.id)) if (view !== "closed") change[view] += by;
  };
  add(before, -1);
  add(after, 1);
  return change;
}

/** The team whose number of open conversations counts this one, or null. */
export function countedTeam(me: Me, place: Place | null): Id | null {
  return place && place.status === "open" && !place.snoozed && maySee(me, place) ? place.team_id : null;
}

/** How many of the customer's messages I have not read; 0 while that is unknown. */
export function unreadOf(conversation: Conversation): number {
  const read = conversation.read_count;
  return read === null || read === undefined ? 0 : Math.max(0, conversation.inbound_count - read);
}

/** Whether a view with this filter holds the conversation. */
export function holds(me: Me, view: ListedView, filter: ListFilter, conversation: Conversation): boolean {
  return (
    maySee(me, conversation) &&
    (view === "active" ? conversation.status === "open" : viewsFor(conversation, me.id).includes(view)) &&
    (filter.snoozed === "any" || (filter.snoozed === "only") === Boolean(conversation.snoozed)) &&
    (filter.team_id === undefined || conversation.team_id === filter.team_id) &&
    (filter.channel_id === undefined || conversation.channel_id === filter.channel_id) &&
    (filter.label === undefined || conversation.labels.includes(filter.label)) &&
    (filter.priority === undefined || conversation.priority === filter.priority) &&
    (filter.handler_id === undefined || (conversation.handler.id ?? "none") === filter.handler_id) &&
    (!filter.waiting || conversation.waiting_since !== null) &&
    (!filter.unread || unreadOf(conversation) > 0)
  );
}

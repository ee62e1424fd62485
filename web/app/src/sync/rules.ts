/** The decisions about conversations: harken/conversations/rules.py in the browser, checked on the same examples. */

import type { Conversation, Id, ListedView, Me, Place, ViewName } from "../api/types";
import type { Filters } from "./model";

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
export function viewsFor(place: Place, agentId: Id): ViewName[] {
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

/** What a move from one place to another does to my numbers; null is "not there". */
export function countChange(me: Me, before: Place | null, after: Place | null): CountChange {
  const change: CountChange = { inbox: 0, yours: 0, open: 0, automated: 0 };
  const add = (place: Place | null, by: number) => {
    if (!place || !maySee(me, place)) return;
    for (const view of viewsFor(place, me.id)) if (view !== "closed") change[view] += by;
  };
  add(before, -1);
  add(after, 1);
  return change;
}

/** The team whose number of open conversations counts this one, or null. */
export function countedTeam(me: Me, place: Place | null): Id | null {
  return place && place.status === "open" && maySee(me, place) ? place.team_id : null;
}

/** How many of the customer's messages I have not read; 0 while that is unknown. */
export function unreadOf(conversation: Conversation): number {
  const read = conversation.read_count;
  return read === null || read === undefined ? 0 : Math.max(0, conversation.inbound_count - read);
}

/** Whether a view with these filters holds the conversation. */
export function holds(me: Me, view: ListedView, filters: Filters, conversation: Conversation): boolean {
  return (
    maySee(me, conversation) &&
    (view === "active" ? conversation.status === "open" : viewsFor(conversation, me.id).includes(view)) &&
    (filters.team_id === undefined || conversation.team_id === filters.team_id) &&
    (filters.channel_id === undefined || conversation.channel_id === filters.channel_id) &&
    (filters.label === undefined || conversation.labels.includes(filters.label)) &&
    (!filters.unread || unreadOf(conversation) > 0)
  );
}

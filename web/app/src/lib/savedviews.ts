/** A saved view as the address has it. Pure. */

import type { SavedView } from "../api/types";
import type { Filters } from "./router.svelte";

/** The address's filters for what a saved view holds. */
export function filtersOf({ filter }: SavedView): Partial<Filters> {
  return {
    unread: filter.unread ?? false,
    waiting: filter.waiting ?? false,
    channel: filter.channel_id ?? null,
    team: filter.team_id ?? null,
    label: filter.label ?? null,
    priority: filter.priority ?? null,
    handler: filter.handler_id ?? null,
    sort: filter.sort ?? "default",
  };
}

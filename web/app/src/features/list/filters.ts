/** What the filters of a list say, and whether they are those of a saved view. Pure. */

import type { ListFilter, SavedView } from "../../api/types";
import { listFilter, type Filters, type Listed } from "../../lib/router.svelte";

export const isFiltered = (filters: Filters): boolean =>
  filters.unread || filters.waiting || [filters.channel, filters.team, filters.label, filters.priority, filters.handler].some((each) => each !== null);

const canonical = (filter: ListFilter): string => JSON.stringify(Object.entries(filter).filter(([, value]) => value !== undefined && value !== null && value !== false && value !== "default").sort());

/** Whether what is shown is no longer what the saved view says. */
export function differs(saved: SavedView, view: Listed, filters: Filters, team: string | null): boolean {
  const shown = { ...listFilter(filters, team) };
  delete (shown as { snoozed?: string }).snoozed;
  return saved.view !== view || canonical(saved.filter) !== canonical(shown);
}

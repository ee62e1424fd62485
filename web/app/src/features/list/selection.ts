/** Which rows are selected: one by one, a range from the last one touched, or all. Pure. */

export type Selection = { readonly ids: ReadonlySet<string>; readonly anchor: string | null };

export const NOTHING: Selection = { ids: new Set(), anchor: null };

export function toggled({ ids }: Selection, id: string): Selection {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return { ids: next, anchor: id };
}

/** From the anchor to this row, both included, added to what is selected; without an anchor, this row alone. */
export function extended({ ids, anchor }: Selection, rows: readonly string[], id: string): Selection {
  const from = anchor === null ? -1 : rows.indexOf(anchor);
  const to = rows.indexOf(id);
  if (to < 0) return { ids, anchor };
  if (from < 0) return { ids: new Set([...ids, id]), anchor: id };
  return { ids: new Set([...ids, ...rows.slice(Math.min(from, to), Math.max(from, to) + 1)]), anchor };
}

/** Without those that are not in the list any more. The same object when all are. */
export function still(selection: Selection, rows: readonly string[]): Selection {
  const there = new Set(rows);
  const kept = [...selection.ids].filter((id) => there.has(id));
  if (kept.length === selection.ids.size) return selection;
  return { ids: new Set(kept), anchor: selection.anchor !== null && there.has(selection.anchor) ? selection.anchor : null };
}

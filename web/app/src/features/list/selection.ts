/** Which rows are selected: one by one, a range from the last one touched, or all. Pure. */

/** `base`: what was selected before the range from `anchor` began; a range that gets shorter leaves it alone. */
export type Selection = { readonly ids: ReadonlySet<string>; readonly anchor: string | null; readonly base: ReadonlySet<string> };

export const NOTHING: Selection = { ids: new Set(), anchor: null, base: new Set() };
/** Each is acted upon and followed on its own: more would hold the page up. */
export const MOST_SELECTED = 1_000;

export function toggled({ ids }: Selection, id: string): Selection {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return bounded({ ids: next, anchor: id, base: next });
}

/** From the anchor to this row, both included, in place of the range that was; without an anchor, this row alone. */
export function extended({ ids, anchor, base }: Selection, rows: readonly string[], id: string): Selection {
  const from = anchor === null ? -1 : rows.indexOf(anchor);
  const to = rows.indexOf(id);
  if (to < 0) return { ids, anchor, base };
  if (from < 0) return toggled({ ids: new Set([...ids].filter((each) => each !== id)), anchor, base }, id);
  return bounded({ ids: new Set([...base, ...rows.slice(Math.min(from, to), Math.max(from, to) + 1)]), anchor, base });
}

export function all(rows: readonly string[]): Selection {
  const ids = new Set(rows.slice(0, MOST_SELECTED));
  return { ids, anchor: null, base: ids };
}

/** Without those that are not in the list any more. The same object when all are. */
export function still(selection: Selection, rows: readonly string[]): Selection {
  if (selection.ids.size === 0) return selection;
  const there = new Set(rows);
  if ([...selection.ids].every((id) => there.has(id))) return selection;
  const kept = (ids: ReadonlySet<string>) => new Set([...ids].filter((id) => there.has(id)));
  return { ids: kept(selection.ids), anchor: selection.anchor !== null && there.has(selection.anchor) ? selection.anchor : null, base: kept(selection.base) };
}

function bounded({ ids, anchor, base }: Selection): Selection {
  return { ids: ids.size <= MOST_SELECTED ? ids : new Set([...ids].slice(0, MOST_SELECTED)), anchor, base };
}

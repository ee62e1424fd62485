/** The ids of the list on screen, in its order: what `j` and `k` move along, and whose threads are fetched ahead. */

export const shownList = $state<{ ids: readonly string[] }>({ ids: [] });

export function neighbours(ids: readonly string[], id: string): string[] {
  const at = ids.indexOf(id);
  return at < 0 ? [] : [ids[at + 1], ids[at - 1], ids[at + 2]].filter((one) => one !== undefined);
}

/** The ids of the list on screen, in its order: what `j` and `k` move along, and whose threads are fetched ahead. */

let ids = $state.raw<readonly string[]>([]);

/** Raw: a proxy of a hundred thousand ids would cost a frame for each look at them. */
export const shownList = {
  get ids(): readonly string[] {
    return ids;
  },
  set ids(shown: readonly string[]) {
    ids = shown;
  },
};

export function neighbours(ids: readonly string[], id: string): string[] {
  const at = ids.indexOf(id);
  return at < 0 ? [] : [ids[at + 1], ids[at - 1], ids[at + 2]].filter((one) => one !== undefined);
}

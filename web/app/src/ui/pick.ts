/** What a PickMenu shows of many options. Pure. */

export type Option = { readonly id: string; readonly name: string; readonly colour?: string; readonly hint?: string };

export const MOST_SHOWN = 200;

const fold = (text: string) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();
const folded = new WeakMap<Option, string>();

/** Folded once, not with every letter that is typed. */
function foldedName(option: Option): string {
  let name = folded.get(option);
  if (name === undefined) folded.set(option, (name = fold(option.name)));
  return name;
}

/** Those whose name holds the words: those that begin with them first, what is chosen before them while nothing is typed; at most MOST_SHOWN. */
export function matching(options: readonly Option[], text: string, chosen: readonly string[]): { readonly shown: readonly Option[]; readonly more: number } {
  const wanted = fold(text.trim());
  const rank = (option: Option) => {
    if (wanted === "") return chosen.includes(option.id) ? 0 : 1;
    const at = foldedName(option).indexOf(wanted);
    return at < 0 ? null : at === 0 ? 0 : 1;
  };
  const buckets: [Option[], Option[]] = [[], []];
  for (const option of options) {
    const place = rank(option);
    if (place !== null) buckets[place].push(option);
  }
  const all = [...buckets[0], ...buckets[1]];
  return { shown: all.slice(0, MOST_SHOWN), more: Math.max(0, all.length - MOST_SHOWN) };
}

/** Rows of a long list that are drawn once and used again: a row that leaves the screen becomes the one that comes in. */

export class Slot {
  /** Null: not in use. */
  id = $state.raw<string | null>(null);
  at = $state.raw(0);
  /** Counts what has changed about the row beside its place. */
  version = $state.raw(0);
  element: HTMLElement | undefined;
}

export class Slots {
  all = $state.raw<readonly Slot[]>([]);
  private ids: readonly string[] = [];
  private readonly free: Slot[] = [];
  private readonly taken = new Set<number>();

  /** Shows the rows from `from` to `to`, and the one at `kept` (-1: none). A row that stays keeps its slot, also when it has moved. */
  show(ids: readonly string[], from: number, to: number, kept: number): void {
    const far = kept >= 0 && (kept < from || kept >= to) ? kept : -1;
    const moved = this.ids === ids ? null : placesOf(ids, from, to, far);
    this.ids = ids;
    this.free.length = 0;
    this.taken.clear();
    const focused = document.activeElement;
    for (const slot of this.all) {
      const at = slot.id === null ? -1 : moved ? (moved.get(slot.id) ?? -1) : (slot.at >= from && slot.at < to) || slot.at === far ? slot.at : -1;
      if (at >= 0) this.taken.add((slot.at = at));
      else if (slot.id !== null && slot.element?.contains(focused)) slot.id = null; // nobody is taken to another row unasked
      else this.free.push(slot);
    }
    for (let at = from; at < to; at++) if (!this.taken.has(at)) this.fill(at);
    if (far >= 0 && !this.taken.has(far)) this.fill(far);
    for (const slot of this.free) slot.id = null;
  }

  /** Puts the elements in the order of their rows, as readers go through them. What has the focus stays where it is. */
  order(): void {
    const sorted = this.all.filter((slot) => slot.id !== null && slot.element).sort((one, other) => one.at - other.at).map((slot) => slot.element!.parentElement!);
    const fixed = Math.max(0, sorted.findIndex((element) => element.contains(document.activeElement)));
    for (let at = fixed - 1; at >= 0; at--) if (sorted[at]!.nextElementSibling !== sorted[at + 1]) sorted[at + 1]!.before(sorted[at]!);
    for (let at = fixed + 1; at < sorted.length; at++) if (sorted[at - 1]!.nextElementSibling !== sorted[at]) sorted[at - 1]!.after(sorted[at]!);
  }

  private fill(at: number): void {
    let slot = this.free.pop();
    if (!slot) this.all = [...this.all, (slot = new Slot())];
    slot.id = this.ids[at]!;
    slot.at = at;
  }
}

function placesOf(ids: readonly string[], from: number, to: number, far: number): Map<string, number> {
  const places = new Map<string, number>();
  for (let at = from; at < to; at++) places.set(ids[at]!, at);
  if (far >= 0) places.set(ids[far]!, far);
  return places;
}

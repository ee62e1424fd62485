/** Signing out of a browser that others use too: what is here and nowhere else is asked about, and then nothing is left. */

import type { Id } from "../api/types";
import type { Keep } from "../sync/keep";

// How the page looks is the browser's, not an agent's.
const STAYS = new Set(["theme", "density", "language", "single-keys", "harken.player.speed"]);

/** How many things this browser alone has: messages that wait to go, drafts that the server does not know, notes half-typed. */
export function onlyHere(keep: Keep, agent: Id, waiting: number): number {
  const drafts = `harken.draft.${agent}.`;
  const unknown = keep.keys(drafts).filter((key) => keep.get(key) !== saved(keep.get(`harken.draft-base.${agent}.${key.slice(drafts.length)}`)));
  return waiting + unknown.length + keep.keys(`harken:contact:${agent}:`).length;
}

/** Takes away all that this site keeps of anybody. What pages still write while they close comes before it. */
export async function forgetAll(keep: Keep, wipeFiles: () => Promise<void>): Promise<void> {
  for (const key of keep.keys("")) if (!STAYS.has(key)) keep.remove(key);
  try {
    sessionStorage.clear();
  } catch {
    // a browser that keeps nothing has nothing to forget
  }
  await wipeFiles();
}

function saved(base: string | null): string | null {
  try {
    return (JSON.parse(base ?? "null") as { kept: string | null } | null)?.kept ?? null;
  } catch {
    return null;
  }
}

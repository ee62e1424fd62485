/** The page's address: its search and filters, which are its state. Pure. */

import type { Asked } from "./directory.svelte";

export function askedOf(search: string): Asked {
  const query = new URLSearchParams(search);
  return {
    q: query.get("q") ?? "", label: query.get("label"), connector: query.get("connector"), blocked: query.get("blocked") === "1",
    sort: query.get("sort") === "recent" ? "recent" : "name",
  };
}

export function contactsPath(asked: Asked, contact: string | null): string {
  const query = new URLSearchParams();
  if (asked.q) query.set("q", asked.q);
  if (asked.label) query.set("label", asked.label);
  if (asked.connector) query.set("connector", asked.connector);
  if (asked.blocked) query.set("blocked", "1");
  if (asked.sort === "recent") query.set("sort", "recent");
  return `/contacts${contact ? `/${contact}` : ""}${query.size > 0 ? `?${query}` : ""}`;
}

export const narrowed = ({ q, label, connector, blocked }: Asked): boolean => q !== "" || label !== null || connector !== null || blocked;

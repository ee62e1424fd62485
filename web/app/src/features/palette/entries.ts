/** The lines of the palette, and which commands were used last. */

import type { Match } from "./match";

export type Entry = {
  readonly id: string;
  readonly group: "commands" | "conversations" | "contacts" | "messages" | "more";
  readonly title: string;
  readonly marks: Match["marks"];
  readonly detail?: string;
  readonly keys?: string | undefined;
  readonly run: () => void;
};

const KEY = "palette-recent";
const MOST = 6;

/** Ids of commands, the last used first. */
export function remembered(): string[] {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "[]") as string[];
  } catch {
    return [];
  }
}

export function remember(id: string): void {
  try {
    localStorage.setItem(KEY, JSON.stringify([id, ...remembered().filter((each) => each !== id)].slice(0, MOST)));
  } catch {
    // a browser that keeps nothing
  }
}

/** Everything an agent can do, as data: the palette, the keys and the help sheet read this and nothing else. */

import { untrack } from "svelte";
import { keyOf } from "./keypress";
import { isTyping, singleKeys } from "./keys";

export type CommandGroup = "go" | "conversation" | "list" | "write" | "app";

/** `id` is stable: remapped keys are kept by it. `keys`: those it has unless remapped: "e", "?", "Enter", "g i" (one after the other), "mod+k"
(Ctrl, or Cmd on a Mac), "shift+j". `run` is called while `enabled` (absent: always); a command without `title` is not in the palette. */
export interface Command {
  readonly id: string;
  readonly group: CommandGroup;
  readonly title: string;
  readonly keys?: readonly string[];
  readonly enabled?: () => boolean;
  readonly run: () => void;
  /** More words under which the palette finds it. */
  readonly words?: string;
}

type Source = () => readonly Command[];
const sources = new Set<Source>();
/** What counts before all others of the same id. */
const first = new Set<Source>();
let version = $state(0);
let remapped = $state.raw<Readonly<Record<string, readonly string[]>>>({});

/** For a component's $effect: what it offers while it is there. Returns what withdraws it. `instead`: its commands stand in place of
those of the same id, whenever those are offered: what is done with one conversation is done with the selected ones. */
export function offer(source: Source, { instead = false } = {}): () => void {
  const among = instead ? first : sources;
  among.add(source);
  changed();
  return () => {
    among.delete(source);
    changed();
  };
}

/** Untracked: the effect that offers must not run again because it has offered. */
function changed(): void {
  version = untrack(() => version) + 1;
}

/** All that is offered now, the last offered of an id counting. */
export function commands(): Command[] {
  void version;
  const found = new Map<string, Command>();
  for (const source of [...sources, ...first]) for (const each of source()) found.set(each.id, each);
  return [...found.values()];
}

export function keysOf(command: Pick<Command, "id" | "keys">): readonly string[] {
  const own: unknown = remapped[command.id]; // as the server keeps it: anything
  return Array.isArray(own) ? own.filter((each): each is string => typeof each === "string") : (command.keys ?? []);
}

/** An agent's own keys, by command id (preferences.keys). */
export function remap(keys: Readonly<Record<string, readonly string[]>>): void {
  remapped = keys;
}

const SEQUENCE_MS = 1_000;
let begun: { readonly key: string; readonly at: number } | null = null;

/** Runs what belongs to the key, unless it is somebody else's. Keys with Ctrl or Cmd work inside inputs too, single ones do not. */
export function pressed(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const key = keyOf(event);
  if (key === null || document.querySelector("dialog[open], [popover]:popover-open")) return;
  const all = commands().filter((each) => each.enabled?.() ?? true);
  const found = chosen(key, event, all);
  if (!found || (key === "Enter" && onControl(event.target)) || (event.repeat && found.group !== "list")) return;
  event.preventDefault();
  found.run();
}

/** What belongs to a key or, within a second, to the two; the second of two that are nothing together does nothing by itself. */
function chosen(key: string, { target, timeStamp }: KeyboardEvent, all: readonly Command[]): Command | undefined {
  const having = (wanted: string) => all.find((each) => keysOf(each).includes(wanted));
  if (key.startsWith("mod+")) return having(key);
  const first = begun && timeStamp - begun.at < SEQUENCE_MS ? begun.key : null;
  begun = null;
  if (isTyping(target) || !singleKeys.on) return undefined;
  if (first !== null) return having(`${first} ${key}`);
  const found = having(key);
  if (!found && all.some((each) => keysOf(each).some((one) => one.startsWith(`${key} `)))) begun = { key, at: timeStamp };
  return found;
}

/** Enter on a link or a button is theirs. */
function onControl(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("a, button, [role=option], summary") !== null;
}

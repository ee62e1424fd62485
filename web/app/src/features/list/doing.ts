/** What is done with many at once: each by itself in the store, shown at once. */

import type { Conversation } from "../../api/types";
import { customerWaits, isMine } from "../../lib/conversations";
import { live } from "../../lib/live.svelte";
import type { Pending } from "../../sync/model";

/** The operations of a list; what failed of a thread's own (a reply, a reaction) is told there. */
const OURS: ReadonlySet<string> = new Set(["handler", "close", "reopen", "labels", "priority", "snooze", "unsnooze"]);

export const isOurs = ({ operation }: Pending): boolean => OURS.has(operation.kind);
export const isRefused = ({ state }: Pending): boolean => state === "failed" || state === "conflict";

export const isOpen = ({ status }: Conversation): boolean => status === "open";
export const waits = (conversation: Conversation): boolean => isOpen(conversation) && customerWaits(conversation);

export function pick(chosen: readonly Conversation[]): void {
  for (const each of chosen) if (isOpen(each) && !isMine(each, live.me.id)) live.act(each.id, "pick");
}
export function close(chosen: readonly Conversation[]): void {
  for (const each of chosen) if (isOpen(each)) live.act(each.id, "close");
}
export function reopen(chosen: readonly Conversation[]): void {
  for (const each of chosen) if (!isOpen(each)) live.act(each.id, "reopen");
}
/** `target`: "team:ID" or "agent:ID", as the menu names them. */
export function forward(chosen: readonly Conversation[], target: string): void {
  const [kind, id] = target.split(":");
  if ((kind !== "agent" && kind !== "team") || !id) return;
  for (const each of chosen) if (isOpen(each)) live.forward(each.id, { kind, id }, "");
}
/** Adds and takes off what has changed between what all had and what is wanted; the other labels of each stay. */
export function label(chosen: readonly Conversation[], before: readonly string[], wanted: readonly string[]): void {
  const removed = new Set(before.filter((id) => !wanted.includes(id)));
  const added = wanted.filter((id) => !before.includes(id));
  for (const { id, labels } of chosen) live.setLabels(id, [...new Set([...labels.filter((each) => !removed.has(each)), ...added])]);
}
/** Those labels that all of them have. */
export function commonLabels([head, ...others]: readonly Conversation[]): string[] {
  return (head?.labels ?? []).filter((id) => others.every(({ labels }) => labels.includes(id)));
}
/** A bot's conversation is not put aside (the API refuses it). */
export const maySnooze = (conversation: Conversation): boolean => isOpen(conversation) && conversation.handler.kind !== "bot";

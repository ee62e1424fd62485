/** The commands that are offered only where a conversation or a list is open: so that their keys can be set from anywhere. */

import { t } from "../i18n";
import type { Command } from "./commands.svelte";

export type Listed = Pick<Command, "id" | "group" | "title" | "keys">;

const ALL_COMMANDS = (): Listed[] => [
  { id: "list.next", group: "list", title: t.keys.next, keys: ["j"] },
  { id: "list.previous", group: "list", title: t.keys.previous, keys: ["k"] },
  { id: "list.open", group: "list", title: t.keys.open, keys: ["Enter"] },
  { id: "list.select", group: "list", title: t.list.select_key, keys: ["x"] },
  { id: "list.show_new", group: "list", title: t.list.show_new, keys: ["."] },
  { id: "conversation.pick", group: "conversation", title: t.keys.pick, keys: ["p"] },
  { id: "conversation.reply", group: "write", title: t.keys.reply, keys: ["r"] },
  { id: "conversation.quick_reply", group: "write", title: t.quickreplies.title, keys: ["/"] },
  { id: "conversation.note", group: "write", title: t.keys.note, keys: ["n"] },
  { id: "conversation.forward", group: "conversation", title: t.keys.assign, keys: ["a"] },
  { id: "conversation.close", group: "conversation", title: t.keys.close, keys: ["e"] },
  { id: "conversation.snooze", group: "conversation", title: t.list.snooze, keys: ["s"] },
  { id: "conversation.label", group: "conversation", title: t.list.label_action, keys: ["l"] },
  { id: "conversation.priority", group: "conversation", title: t.list.filters.priority, keys: ["!"] },
  { id: "conversation.customer", group: "conversation", title: t.actions.details, keys: ["i"] },
];

/** With those that are offered now, which count; not what is made of names (teams, labels, ...). */
export function withAll(offered: readonly Command[]): Listed[] {
  const all = new Map<string, Listed>(ALL_COMMANDS().map((each) => [each.id, each]));
  for (const each of offered) if (each.title !== "" && !/^(go\.(team|saved|settings|label|agent)|selection)\./.test(each.id)) all.set(each.id, each);
  return [...all.values()];
}

/** Where one can go: the views, teams, saved views, labels, agents and pages, as commands. */

import { t } from "../../i18n";
import type { Command } from "../../lib/commands.svelte";
import { live } from "../../lib/live.svelte";
import { go, OWN_SETTINGS, pathOf, VIEWS, WORKSPACE_SETTINGS } from "../../lib/router.svelte";
import { writing } from "../../lib/quickreplies/writing.svelte";
import { filtersOf } from "../../lib/savedviews";

const KEYS = { inbox: "g i", yours: "g y", open: "g o", automated: "g a", closed: "g c" } as const;

export function goCommands(): Command[] {
  if (!live.ready) return [];
  const to = (id: string, title: string, path: string, key?: string): Command => ({
    id: `go.${id}`, group: "go", title, run: () => go(path), ...(key ? { keys: [key] } : {}),
  });
  return [
    ...VIEWS.map((view) => to(view, t.commands.go(t.views[view]), pathOf({ view }), KEYS[view])),
    ...live.teams.map((team) => to(`team.${team.id}`, t.commands.go(team.name), pathOf({ view: "active", team: team.id }))),
    ...live.savedViews.map((each) => to(`saved.${each.id}`, t.commands.go(each.name), pathOf({ view: each.view, saved: each.id, filters: filtersOf(each) }))),
    ...live.labels.map((label) => to(`label.${label.id}`, t.commands.labelled(label.name), pathOf({ view: "active", filters: { label: label.id } }))),
    ...live.agents.filter(({ active, id }) => active && id !== live.me.id).map((agent) => to(`agent.${agent.id}`, t.commands.handled(agent.name), pathOf({ view: "open", filters: { handler: agent.id } }))),
    { id: "write.quick_reply", group: "write", title: t.quickreplies.new, run: () => writing.begin() },
    to("search", t.commands.search, "/search", "g s"),
    to("contacts", t.commands.go(t.contacts_link), "/contacts", "g p"),
    ...[...(live.me.role === "admin" ? WORKSPACE_SETTINGS : []), ...OWN_SETTINGS].map((page) => to(`settings.${page}`, t.commands.settings(t.pages[page]), `/settings/${page}`)),
  ];
}

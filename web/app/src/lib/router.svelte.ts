/** The address bar is the state: a path is read into a Route, and links are made from one. */

import type { ListFilter, Priority, Sort } from "../api/types";

export const VIEWS = ["inbox", "yours", "open", "automated", "closed"] as const;
export type View = (typeof VIEWS)[number];
/** The pages of Settings: those of the workspace, which are for admins (`hours` and `labels` for supervisors too), then one's own. */
export const WORKSPACE_SETTINGS = ["channels", "teams", "agents", "bots", "labels", "hours", "sign-in"] as const;
export const OWN_SETTINGS = ["profile", "notifications", "appearance", "quick-replies", "views", "keys", "security"] as const;
export const SETTINGS = [...WORKSPACE_SETTINGS, ...OWN_SETTINGS] as const;
export type SettingsPage = (typeof SETTINGS)[number];

export type Filters = {
  unread: boolean;
  waiting: boolean;
  channel: string | null;
  team: string | null;
  label: string | null;
  priority: Priority | null;
  handler: string | null;
  sort: Sort;
  snoozed: boolean;
};
/** A team's own list holds everything of it that is open. */
export type Listed = View | "active";
export type Route =
  | { name: "view"; view: Listed; team: string | null; conversation: string | null; message: string | null; saved: string | null; filters: Filters }
  | { name: "search"; query: string }
  | { name: "contacts"; contact: string | null; query: string }
  | { name: "settings"; page: SettingsPage | null; item: string | null; part: string | null }
  | { name: "sign-in"; next: string }
  | { name: "setup" }
  | { name: "invite"; token: string }
  | { name: "missing" };

export const PRIORITIES: readonly Priority[] = ["urgent", "high", "normal", "low"];
export const SORTS: readonly Sort[] = ["default", "newest", "oldest", "waiting", "priority"];

const isView = (text: string | undefined): text is View => VIEWS.includes(text as View);
const isPage = (text: string | undefined): text is SettingsPage => SETTINGS.includes(text as SettingsPage);

/** A path inside this site as the browser reads it (it drops tabs, and a backslash is a slash to it), for going on after sign-in; anything else is "/". */
function inside(path: string | null, origin: string): string {
  if (!path?.startsWith("/") || !URL.canParse(path, origin)) return "/";
  const there = new URL(path, origin);
  return there.origin === origin && !there.pathname.startsWith("//") ? there.pathname + there.search : "/";
}

export function parse(url: URL): Route {
  const [head, second, third, fourth] = url.pathname.split("/").filter(Boolean).map(decode);
  const query = url.searchParams;
  const filters = filtersOf(query);
  const shown = { message: query.get("message"), saved: query.get("saved"), filters };
  if (head === undefined) return { name: "view", view: "inbox", team: null, conversation: null, ...shown };
  if (isView(head)) return { name: "view", view: head, team: null, conversation: second ?? null, ...shown };
  if (head === "all") return { name: "view", view: "active", team: null, conversation: second ?? null, ...shown };
  if (head === "team" && second !== undefined) return { name: "view", view: "active", team: second, conversation: third ?? null, ...shown };
  if (head === "search") return { name: "search", query: query.get("q") ?? "" };
  if (head === "contacts") return { name: "contacts", contact: second ?? null, query: query.get("q") ?? "" };
  if (head === "settings") return { name: "settings", page: isPage(second) ? second : null, item: third ?? null, part: fourth ?? null };
  if (head === "sign-in") return { name: "sign-in", next: inside(query.get("next"), url.origin) };
  if (head === "setup") return { name: "setup" };
  if (head === "invite" && second !== undefined) return { name: "invite", token: second };
  return { name: "missing" };
}

function filtersOf(query: URLSearchParams): Filters {
  return {
    unread: query.get("unread") === "1",
    waiting: query.get("waiting") === "1",
    channel: query.get("channel"),
    team: query.get("team"),
    label: query.get("label"),
    priority: oneOf(PRIORITIES, query.get("priority")),
    handler: query.get("handler"),
    sort: oneOf(SORTS, query.get("sort")) ?? "default",
    snoozed: query.get("snoozed") === "1",
  };
}

function oneOf<T extends string>(all: readonly T[], text: string | null): T | null {
  return all.find((each) => each === text) ?? null;
}

/** What the store and the API are asked for. */
export function listFilter(filters: Filters, team: string | null): ListFilter {
  const team_id = team ?? filters.team;
  return {
    ...(team_id ? { team_id } : {}),
    ...(filters.channel ? { channel_id: filters.channel } : {}),
    ...(filters.label ? { label: filters.label } : {}),
    ...(filters.unread ? { unread: true } : {}),
    ...(filters.waiting ? { waiting: true } : {}),
    ...(filters.priority ? { priority: filters.priority } : {}),
    ...(filters.handler ? { handler_id: filters.handler } : {}),
    ...(filters.sort === "default" ? {} : { sort: filters.sort }),
    ...(filters.snoozed ? { snoozed: "only" } : {}),
  };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export type Place = { view: Listed; team?: string | null; conversation?: string | null; message?: string | null; saved?: string | null; filters?: Partial<Filters> };

export function pathOf({ view, team = null, conversation = null, message = null, saved = null, filters = {} }: Place): string {
  const query = new URLSearchParams();
  for (const flag of ["unread", "waiting", "snoozed"] as const) if (filters[flag]) query.set(flag, "1");
  for (const name of ["channel", "label", "priority", "handler"] as const) if (filters[name]) query.set(name, filters[name]);
  if (filters.team && team === null) query.set("team", filters.team);
  if (filters.sort && filters.sort !== "default") query.set("sort", filters.sort);
  if (saved) query.set("saved", saved);
  if (message) query.set("message", message);
  const head = team === null ? `/${view === "active" ? "all" : view}` : `/team/${team}`;
  const tail = query.size > 0 ? `?${query}` : "";
  return head + (conversation === null ? "" : `/${conversation}`) + tail;
}

let current = $state.raw<Route>(parse(new URL(location.href)));

export const router = {
  get route(): Route {
    return current;
  },
};

export function go(path: string, { replace = false } = {}): void {
  if (path === location.pathname + location.search) return;
  history[replace ? "replaceState" : "pushState"](null, "", path);
  current = parse(new URL(location.href));
}

addEventListener("popstate", () => (current = parse(new URL(location.href))));

/** Plain clicks on links of ours stay in the page; others are the browser's. */
addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  if (link.origin !== location.origin || link.target || link.hasAttribute("download")) return;
  if (/^\/(api|auth|files|in|widget)\//.test(link.pathname)) return;
  event.preventDefault();
  go(link.pathname + link.search);
});

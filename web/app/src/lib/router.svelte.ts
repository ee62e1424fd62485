/** The address bar is the state: a path is read into a Route, and links are made from one. */

export const VIEWS = ["inbox", "yours", "open", "automated", "closed"] as const;
export type View = (typeof VIEWS)[number];
export const SETTINGS = ["channels", "teams", "agents", "labels", "profile"] as const;
export type SettingsPage = (typeof SETTINGS)[number];

export type Filters = { unread: boolean; channel: string | null; team: string | null; label: string | null };
/** A team's own list holds everything of it that is open. */
export type Listed = View | "active";
export type Route =
  | { name: "view"; view: Listed; team: string | null; conversation: string | null; filters: Filters }
  | { name: "settings"; page: SettingsPage | null; item: string | null }
  | { name: "sign-in"; next: string }
  | { name: "setup" }
  | { name: "invite"; token: string }
  | { name: "missing" };

const isView = (text: string | undefined): text is View => VIEWS.includes(text as View);
const isPage = (text: string | undefined): text is SettingsPage => SETTINGS.includes(text as SettingsPage);

/** A path inside this site, for going on after sign-in; anything else is "/". */
function inside(path: string | null): string {
  return path?.startsWith("/") && !path.startsWith("//") && !path.startsWith("/\\") ? path : "/";
}

export function parse(url: URL): Route {
  const [head, second, third] = url.pathname.split("/").filter(Boolean).map(decode);
  const query = url.searchParams;
  const filters: Filters = {
    unread: query.get("unread") === "1",
    channel: query.get("channel"),
    team: query.get("team"),
    label: query.get("label"),
  };
  if (head === undefined) return { name: "view", view: "inbox", team: null, conversation: null, filters };
  if (isView(head)) return { name: "view", view: head, team: null, conversation: second ?? null, filters };
  if (head === "team" && second !== undefined) return { name: "view", view: "active", team: second, conversation: third ?? null, filters };
  if (head === "settings") return { name: "settings", page: isPage(second) ? second : null, item: third ?? null };
  if (head === "sign-in") return { name: "sign-in", next: inside(query.get("next")) };
  if (head === "setup") return { name: "setup" };
  if (head === "invite" && second !== undefined) return { name: "invite", token: second };
  return { name: "missing" };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export type Place = { view: Listed; team?: string | null; conversation?: string | null; filters?: Partial<Filters> };

export function pathOf({ view, team = null, conversation = null, filters = {} }: Place): string {
  const query = new URLSearchParams();
  if (filters.unread) query.set("unread", "1");
  if (filters.channel) query.set("channel", filters.channel);
  if (filters.team && team === null) query.set("team", filters.team);
  if (filters.label) query.set("label", filters.label);
  const head = team === null ? `/${view === "active" ? "open" : view}` : `/team/${team}`;
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
  if (/^\/(api|files|in|widget)\//.test(link.pathname)) return;
  event.preventDefault();
  go(link.pathname + link.search);
});

/** Which kinds of notification go which ways: preferences.notifications over the defaults, as harken/notifications/rules.py decides it. */

import type { NotificationKind } from "../../api/types";

export const KINDS: readonly NotificationKind[] = ["mention", "assigned", "taken_over", "message", "new_conversation"];
export const WAYS = ["app", "desktop", "sound", "push", "email"] as const;
export type Way = (typeof WAYS)[number];
export const EVERY = ["off", "15m", "hourly", "daily"] as const;
export type Every = (typeof EVERY)[number];
export interface Quiet {
  readonly on: boolean;
  readonly from: string;
  readonly to: string;
  readonly zone: string;
}
type Preferences = Readonly<Record<string, unknown>>;

const DEFAULTS: Readonly<Record<NotificationKind, readonly Way[]>> = {
  mention: ["app", "desktop", "push", "email"],
  assigned: ["app", "desktop", "push", "email"],
  taken_over: ["app", "desktop"],
  message: ["app", "desktop", "push", "email"],
  new_conversation: [],
};

export function wants(preferences: Preferences, kind: NotificationKind, way: Way): boolean {
  const chosen = mapping(mapping(preferences.notifications)[kind])[way];
  return typeof chosen === "boolean" ? chosen : DEFAULTS[kind].includes(way);
}

/** The value of preferences.notifications with one switch moved. */
export function switched(preferences: Preferences, kind: NotificationKind, way: Way, on: boolean): Preferences {
  const all = mapping(preferences.notifications);
  return { ...all, [kind]: { ...mapping(all[kind]), [way]: on } };
}

export function digestEvery(preferences: Preferences): Every {
  return EVERY.find((one) => one === preferences.digest) ?? "hourly";
}

/** preferences.quiet, with hours to start from when there are none. */
export function quietHours(preferences: Preferences, zone: string): Quiet {
  const { on, from, to, zone: chosen } = mapping(preferences.quiet);
  return { on: on === true, from: clock(from) ?? "20:00", to: clock(to) ?? "08:00", zone: typeof chosen === "string" && chosen ? chosen : zone };
}

export function isQuiet(preferences: Preferences, now: number): boolean {
  const { on, from, to, zone } = quietHours(preferences, "UTC");
  if (!on || from === to) return false;
  const here = timeIn(zone, now);
  if (here === null) return false;
  return from < to ? from <= here && here < to : here >= from || here < to;
}

/** 24 hours, HH:MM; null for a zone that there is not. */
function timeIn(zone: string, now: number): string | null {
  try {
    return new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(now);
  } catch {
    return null;
  }
}

function clock(value: unknown): string | null {
  return typeof value === "string" && /^([01]\d|2[0-3]):[0-5]\d$/.test(value) ? value : null;
}

function mapping(value: unknown): Preferences {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Preferences) : {};
}

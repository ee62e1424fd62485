/** What this browser does about notifications: whether it may show them, whether it is pushed to, and showing one. */

import { call } from "../../api/client";
import type { Shown } from "./wording";

export type Permission = "missing" | "ask" | "granted" | "blocked";
export type Push = "unknown" | "missing" | "off" | "on";

const OFF = "desktop_notifications";
const READY_MS = 3_000;
let permission = $state<Permission>(readPermission());
let stopped = $state(localStorage.getItem(OFF) === "off");
let push = $state<Push>("unknown");

export const browser = {
  /** `missing`: no such thing in this browser, or not without a secure connection. */
  get permission(): Permission {
    return permission;
  },
  get desktop(): boolean {
    return permission === "granted" && !stopped;
  },
  get push(): Push {
    return push;
  },
};

function readPermission(): Permission {
  if (!("Notification" in globalThis) || !isSecureContext) return "missing";
  return Notification.permission === "default" ? "ask" : Notification.permission === "denied" ? "blocked" : "granted";
}

/** After a click only: browsers refuse it otherwise. */
export async function turnOnDesktop(): Promise<void> {
  if (readPermission() === "ask") await Notification.requestPermission();
  permission = readPermission();
  stopped = false;
  localStorage.removeItem(OFF);
}

export function turnOffDesktop(): void {
  stopped = true;
  localStorage.setItem(OFF, "off");
}

/** The worker, if there is one: it is registered in built apps on secure connections (lib/worker.ts). */
export async function worker(): Promise<ServiceWorkerRegistration | null> {
  if (!("serviceWorker" in navigator) || !(await navigator.serviceWorker.getRegistration())) return null;
  return Promise.race([navigator.serviceWorker.ready, new Promise<null>((resolve) => setTimeout(resolve, READY_MS, null))]);
}

/** In place of an earlier one with its tag. `aloud`: as a new one, not as a changed one. */
export async function show({ title, body, tag, path }: Shown): Promise<void> {
  const registration = await worker();
  const options = { body, tag, icon: "/icon-192.png", badge: "/badge.png", data: { path }, silent: true };
  await registration?.showNotification(title, options).catch(() => undefined);
}

/** Takes those of a conversation away, or all. */
export async function takeAway(tag?: string): Promise<void> {
  const registration = await worker();
  for (const each of (await registration?.getNotifications(tag ? { tag } : {})) ?? []) each.close();
}

/** Looks how it is; a subscription that is there is told to the server again, which may know it as somebody else's. */
export async function lookAtPush(): Promise<void> {
  const manager = (await worker())?.pushManager;
  if (!manager) {
    push = "missing";
    return;
  }
  const subscription = await manager.getSubscription().catch(() => null);
  if (!subscription || permission !== "granted") push = "off";
  else push = (await tell(subscription)) ? "on" : "off";
}

/** After a click only. Raises what the browser or the server says. */
export async function turnOnPush(): Promise<void> {
  await turnOnDesktop();
  const manager = (await worker())?.pushManager;
  if (!manager || permission !== "granted") return;
  const { key } = await call<{ key: string }>("GET", "/api/push/key");
  const options = { userVisibleOnly: true, applicationServerKey: key };
  const old = await manager.getSubscription();
  if (old && encoded(old.options.applicationServerKey) !== key) await old.unsubscribe();
  const subscription = await manager.subscribe(options);
  await call("POST", "/api/push-subscriptions", { body: subscription.toJSON() });
  push = "on";
}

export async function turnOffPush(): Promise<void> {
  push = "off";
  const subscription = await (await worker())?.pushManager.getSubscription();
  if (!subscription) return;
  const { id } = await call<{ id: string }>("POST", "/api/push-subscriptions", { body: subscription.toJSON() });
  await call("DELETE", `/api/push-subscriptions/${id}`);
  await subscription.unsubscribe();
}

async function tell(subscription: PushSubscription): Promise<boolean> {
  try {
    await call("POST", "/api/push-subscriptions", { body: subscription.toJSON() });
    return true;
  } catch {
    return false;
  }
}

function encoded(key: ArrayBuffer | null): string {
  return btoa(String.fromCharCode(...new Uint8Array(key ?? new ArrayBuffer()))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * The service worker: the app's shell for when there is no network, pushes, and what a click on a notification opens.
 * It keeps nothing of the API and no files: what agents see is the store's to keep (sync/).
 *
 * `VERSION` and `SHELL` come from the build (serviceworker.ts): the files of this version, and a name made from them.
 */

import type { Notification as Told } from "../api/types";
import { notifications as de } from "../i18n/de/notifications";
import { notifications as en } from "../i18n/en/notifications";
import { notifications as es } from "../i18n/es/notifications";
import { notifications as ar } from "../i18n/ar/notifications";
import { shownAs, type Words } from "../lib/notifications/wording";

declare const self: ServiceWorkerGlobalScope;
declare const VERSION: string;
declare const SHELL: readonly string[];

interface Pushed {
  readonly notification: Told | null;
  readonly unread: number;
  readonly language: string;
}

const PREFIX = "shell-";
const HERE = `${PREFIX}${VERSION}`;
const PAGE = "/index.html";
const NAVIGATION_MS = 4_000;
/** A page answers as soon as it runs (lib/worker.ts); on a busy machine that takes a while, and only one that hangs never does. */
const ASK_MS = 4_000;
/** Paths that are not the app's pages: the server's alone. */
const OTHERS = /^\/(api|auth|files|in|widget|webchat|health|metrics)(\/|$)/;
const WORDS: Readonly<Record<string, Words>> = { en: en.notifications, de: de.notifications, es: es.notifications, ar: ar.notifications };

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin || OTHERS.test(url.pathname)) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (url.pathname.startsWith("/assets/") || SHELL.includes(url.pathname)) event.respondWith(asset(event, url.pathname));
});
self.addEventListener("message", (event) => {
  if ((event.data as { type?: string } | null)?.type === "take_over") event.waitUntil(self.skipWaiting());
});
self.addEventListener("push", (event) => event.waitUntil(pushed(event)));
self.addEventListener("notificationclick", (event) => event.waitUntil(clicked(event)));

/** Everything of this version, whole or not at all. Past the HTTP cache where a name may hold something old. */
async function install(): Promise<void> {
  const cache = await caches.open(HERE);
  await cache.addAll(SHELL.map((path) => new Request(path, { cache: path.startsWith("/assets/") ? "default" : "reload" })));
}

/** Pages of the version before may still be open and want their files: that one version is kept. */
async function activate(): Promise<void> {
  const older = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== HERE);
  await Promise.all(older.slice(0, -1).map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** The server's page, as long as it answers; else the one that was kept. */
async function page(request: Request): Promise<Response> {
  try {
    return await fetch(request, { signal: AbortSignal.timeout(NAVIGATION_MS) });
  } catch {
    return (await (await caches.open(HERE)).match(PAGE)) ?? Response.error();
  }
}

/** Names below /assets/ hold what they hold for ever: whichever version kept it, it is right. What was not kept is, once it was asked for. */
async function asset(event: FetchEvent, path: string): Promise<Response> {
  const lasting = path.startsWith("/assets/");
  const kept = lasting ? await caches.match(path) : await (await caches.open(HERE)).match(path);
  if (kept) return kept;
  const answer = await fetch(event.request);
  if (lasting && answer.status === 200) {
    const copy = answer.clone();
    event.waitUntil(caches.open(HERE).then((cache) => cache.put(path, copy)));
  }
  return answer;
}

async function pushed(event: PushEvent): Promise<void> {
  const data = event.data?.json() as Pushed | undefined;
  if (!data) return;
  if (data.unread > 0) await self.navigator.setAppBadge?.(data.unread).catch(() => undefined);
  if (data.notification && (await isShown(data.notification.conversation_id))) return;
  const words = WORDS[data.language] ?? WORDS[self.navigator.language.split("-")[0] ?? "en"] ?? en.notifications;
  const { title, body, tag, path } = shownAs(words, data.notification);
  await self.registration.showNotification(title, { body, tag, icon: "/icon-192.png", badge: "/badge.png", data: { path } });
}

/** Whether somebody looks at the conversation in a page of ours now. */
async function isShown(conversation: string): Promise<boolean> {
  const pages = await self.clients.matchAll({ type: "window" });
  const answers = pages.filter((each) => each.visibilityState === "visible").map((each) => ask(each, conversation));
  return (await Promise.all(answers)).includes(true);
}

function ask(client: WindowClient, conversation: string): Promise<boolean> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    setTimeout(() => resolve(false), ASK_MS);
    port1.onmessage = (event) => resolve(event.data === true);
    client.postMessage({ type: "shown?", conversation }, [port2]);
  });
}

/** A page that is open goes there; without one, a new one opens. */
async function clicked(event: NotificationEvent): Promise<void> {
  event.notification.close();
  const { path = "/" } = (event.notification.data ?? {}) as { path?: string };
  const pages = await self.clients.matchAll({ type: "window" });
  const open = pages.filter((each) => !OTHERS.test(new URL(each.url).pathname));
  const best = open.find((each) => each.focused) ?? open.find((each) => each.visibilityState === "visible") ?? open[0];
  if (!best) {
    await self.clients.openWindow(path);
    return;
  }
  best.postMessage({ type: "open", path });
  await best.focus().catch(() => undefined);
}

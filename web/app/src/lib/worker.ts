/** Registers the service worker, in built apps on secure connections, and offers its next version. */

import { t } from "../i18n";
import { notify } from "./notices.svelte";

const LOOK_MS = 30 * 60_000;

export function registerWorker(): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator) || !isSecureContext) return;
  addEventListener("load", () => void register(), { once: true });
  if (document.readyState === "complete") void register();
}

let begun = false;

async function register(): Promise<void> {
  if (begun) return;
  begun = true;
  const registration = await navigator.serviceWorker.register("/sw.js").catch(() => null);
  if (!registration) return;
  if (registration.waiting && navigator.serviceWorker.controller) offer(registration.waiting);
  registration.addEventListener("updatefound", () => follow(registration.installing));
  setInterval(() => void registration.update().catch(() => undefined), LOOK_MS);
}

function follow(found: ServiceWorker | null): void {
  const first = !navigator.serviceWorker.controller;
  found?.addEventListener("statechange", () => {
    if (found.state === "installed" && !first) offer(found);
  });
}

/** This page goes on with what it has until somebody says so; then it is loaded anew, once the new version is in charge. */
function offer(waiting: ServiceWorker): void {
  const run = () => {
    if (waiting.state === "activated") return location.reload(); // another tab said so already
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    waiting.postMessage({ type: "take_over" });
  };
  notify(t.notifications.version, { label: t.notifications.reload, run }, { stays: true });
}

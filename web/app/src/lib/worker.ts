/** Registers the service worker, in built apps on secure connections, and offers its next version. */

import { t } from "../i18n";
import { notify } from "./notices.svelte";
import { router } from "./router.svelte";

const LOOK_MS = 30 * 60_000;

export function registerWorker(): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator) || !isSecureContext) return;
  navigator.serviceWorker.addEventListener("message", answer);
  navigator.serviceWorker.startMessages();
  addEventListener("load", () => void register(), { once: true });
  if (document.readyState === "complete") void register();
}

/** Is a conversation on screen here? The worker asks before it shows a push: answered from the first moment, whatever is loaded yet. */
function answer(event: MessageEvent<{ type?: string; conversation?: string } | null>): void {
  if (event.data?.type !== "shown?") return;
  const { route } = router;
  const shown = document.visibilityState === "visible" && route.name === "view" ? route.conversation : null;
  event.ports[0]?.postMessage(shown !== null && shown === event.data.conversation);
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

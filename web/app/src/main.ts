import "@fontsource-variable/inter/index.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { loadLanguage, preferredLanguage } from "./i18n";
import "./lib/look.svelte";
import { registerWorker } from "./lib/worker";
import "./styles/index.css";

registerWorker(); // first: what the worker asks before a page listens is never heard
await loadLanguage(preferredLanguage()).catch(() => undefined);
mount(App, { target: document.getElementById("app")! });

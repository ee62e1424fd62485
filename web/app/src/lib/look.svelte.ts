/** How it looks: theme, density, language. An agent's preferences; also kept in this browser, for the pages before sign-in. */

import { LANGUAGES, preferredLanguage, type Language } from "../i18n";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];
export const DENSITIES = ["comfortable", "compact"] as const;
export type Density = (typeof DENSITIES)[number];
export type Look = { theme: Theme; density: Density; language: Language };

const chosen = $state<Look>({
  theme: oneOf(THEMES, localStorage.getItem("theme")) ?? "system",
  density: oneOf(DENSITIES, localStorage.getItem("density")) ?? "comfortable",
  language: preferredLanguage(),
});
show();

/** What this page looks like now. */
export const look: Readonly<Look> = chosen;

/** Takes over what is said, and keeps it in this browser. Another language needs another page. */
export function setLook(wanted: Partial<Record<keyof Look, unknown>>): void {
  const theme = oneOf(THEMES, wanted.theme);
  const density = oneOf(DENSITIES, wanted.density);
  const language = oneOf(Object.keys(LANGUAGES) as Language[], wanted.language);
  if (theme) localStorage.setItem("theme", (chosen.theme = theme));
  if (density) localStorage.setItem("density", (chosen.density = density));
  show();
  if (!language || language === chosen.language) return;
  localStorage.setItem("language", language);
  if (localStorage.getItem("language") === language) location.reload();
}

function show(): void {
  const { dataset } = document.documentElement;
  if (chosen.theme === "system") delete dataset.theme;
  else dataset.theme = chosen.theme;
  dataset.density = chosen.density;
}

function oneOf<T extends string>(all: readonly T[], value: unknown): T | null {
  return all.find((each) => each === value) ?? null;
}

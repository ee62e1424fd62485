/** emoji-picker-element as this app has it: in the interface's language, with data served by us. A chunk of its own. */

import Picker from "emoji-picker-element/picker.js";
import ar from "emoji-picker-element/i18n/ar.js";
import de from "emoji-picker-element/i18n/de.js";
import en from "emoji-picker-element/i18n/en.js";
import es from "emoji-picker-element/i18n/es.js";
import deData from "emoji-picker-element-data/de/cldr/data.json?url";
import enData from "emoji-picker-element-data/en/github/data.json?url";
import esData from "emoji-picker-element-data/es/cldr/data.json?url";
import type { Language } from "../i18n";

const WORDS = { ar, de, en, es };
const DATA: Record<Language, string> = { ar: enData, de: deData, en: enData, es: esData };

export type { Picker };

export function newPicker(language: Language): Picker {
  const picker = new Picker({ locale: language, dataSource: DATA[language], i18n: WORDS[language] });
  picker.addEventListener("keydown", (event) => move(picker, event as KeyboardEvent));
  return picker;
}

/** Where one types what one looks for; it is there a moment after the picker. */
export async function focusSearch(picker: Picker): Promise<void> {
  for (let tries = 0; tries < 60; tries += 1) {
    const field = picker.shadowRoot?.querySelector<HTMLInputElement>("input.search");
    if (field) return field.focus();
    await new Promise(requestAnimationFrame);
  }
}

/** Arrows in the grid, which the element itself knows in its search alone: by its place on the screen, so in either direction of writing. */
function move(picker: Picker, event: KeyboardEvent): void {
  const root = picker.shadowRoot;
  const from = root?.activeElement;
  if (!root || !event.key.startsWith("Arrow")) return;
  if (from?.matches("input.search")) {
    if (event.key !== "ArrowDown" || (from as HTMLInputElement).value) return;
    event.preventDefault();
    return cells(root)[0]?.focus();
  }
  if (!(from instanceof HTMLElement) || !from.matches(".emoji-menu .emoji, .favorites .emoji")) return;
  const next = neighbour(from, cells(root), event.key);
  event.preventDefault();
  if (next) next.focus();
  else if (event.key === "ArrowUp") root.querySelector<HTMLElement>("input.search")?.focus();
}

const cells = (root: ShadowRoot) => [...root.querySelectorAll<HTMLElement>(".tabpanel .emoji-menu .emoji, .favorites .emoji")];

function neighbour(from: HTMLElement, all: HTMLElement[], key: string): HTMLElement | undefined {
  const rtl = getComputedStyle(from).direction === "rtl";
  const at = all.indexOf(from);
  if (key === "ArrowLeft" || key === "ArrowRight") return all[at + ((key === "ArrowRight") !== rtl ? 1 : -1)];
  const here = from.getBoundingClientRect();
  const rows = key === "ArrowDown" ? all.slice(at + 1) : all.slice(0, at).reverse();
  const row = rows.find((each) => Math.abs(each.getBoundingClientRect().top - here.top) > 4)?.getBoundingClientRect().top;
  const inRow = row === undefined ? [] : rows.filter((each) => Math.abs(each.getBoundingClientRect().top - row) <= 4);
  const far = (each: HTMLElement) => Math.abs(each.getBoundingClientRect().left - here.left);
  return inRow.sort((one, other) => far(one) - far(other))[0];
}

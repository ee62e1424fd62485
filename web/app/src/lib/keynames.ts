/** How keys are written for people. Pure but for the platform. */

const isMac = /Mac|iP(hone|ad)/.test(globalThis.navigator?.platform ?? "");
const NAMES: Readonly<Record<string, string>> = {
  mod: isMac ? "⌘" : "Ctrl", shift: isMac ? "⇧" : "Shift", ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→", Escape: "Esc", " ": "Space",
};

/** "mod+shift+k" is Ctrl Shift K; "g i" is g, then i: the keys of each step. */
export function stepsOf(keys: string): readonly (readonly string[])[] {
  if (keys === " ") return [["Space"]];
  return keys.split(" ").map((step) => (step === "+" ? ["+"] : step.split("+").map((part, _, all) => NAMES[part] ?? (all.length > 1 && part.length === 1 ? part.toUpperCase() : part))));
}

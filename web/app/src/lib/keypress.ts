/** How a key press is written in a command's `keys`. Pure. */

export type Press = Pick<KeyboardEvent, "key" | "code" | "shiftKey" | "ctrlKey" | "metaKey" | "altKey"> & { getModifierState?(name: string): boolean };

/** "j", "?", "Enter", "shift+Enter", "mod+k" (Ctrl, or Cmd on a Mac); null for what is no key of ours: Alt, a modifier alone, half a character.
What a key types counts, wherever it is on the keyboard; where it types another alphabet, what the same key types in Latin. */
export function keyOf(event: Press): string | null {
  const typesWithAlt = event.getModifierState?.("AltGraph") ?? false;
  if (event.altKey && !typesWithAlt) return null;
  if (["Shift", "Control", "Meta", "Alt", "AltGraph", "CapsLock", "Dead", "Process", "Unidentified", "Compose"].includes(event.key)) return null;
  const modified = !typesWithAlt && (event.ctrlKey || event.metaKey);
  const shift = event.shiftKey && (event.key.length > 1 || modified) ? "shift+" : "";
  return `${modified ? "mod+" : ""}${shift}${letterOf(event, modified)}`;
}

/** A letter is as Shift says, whatever Caps Lock does. */
function letterOf({ key, code, shiftKey }: Press, modified: boolean): string {
  const own = /^Key([A-Z])$/.exec(code)?.[1];
  const letter = own && /^\P{ASCII}$/u.test(key) && !/\p{Script=Latin}/u.test(key) && /\p{L}/u.test(key) ? own : key;
  if (!/^\p{L}$/u.test(letter)) return key;
  return shiftKey && !modified ? letter.toUpperCase() : letter.toLowerCase();
}

/** Whether two commands could not both be meant: the same key, or one begins the other. */
export const clash = (one: string, other: string): boolean => one === other || one.startsWith(`${other} `) || other.startsWith(`${one} `);

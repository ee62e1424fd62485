/** Single keys, off inside inputs and while a dialog or a menu is open; they can be switched off (WCAG 2.1.4). */

export const singleKeys = {
  get on(): boolean {
    return localStorage.getItem("single-keys") !== "off";
  },
  set(on: boolean): void {
    localStorage.setItem("single-keys", on ? "on" : "off");
  },
};

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** Calls what belongs to the key, unless it is somebody else's. */
export function dispatchKey(event: KeyboardEvent, keys: Readonly<Record<string, () => void>>): void {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyping(event.target) || !singleKeys.on || document.querySelector("dialog[open], [popover]:popover-open")) return;
  const action = keys[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}

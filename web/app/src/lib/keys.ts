/** Single keys can be switched off (WCAG 2.1.4), and are off inside inputs. */

export const singleKeys = {
  get on(): boolean {
    try {
      return localStorage.getItem("single-keys") !== "off";
    } catch {
      return true;
    }
  },
  set(on: boolean): void {
    try {
      localStorage.setItem("single-keys", on ? "on" : "off");
    } catch {
      // a browser that keeps nothing
    }
  },
};

/** Of what a key is pressed in; inputs that are no text (a checkbox) have no use for letters. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button", "submit", "reset", "file", "image"].includes(target.type);
  return target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName);
}

import { on } from "svelte/events";

/** An option of a menu at the caret, or the list of them: chosen where a press ends, so that a finger may scroll the list; the field keeps the focus. */
export function press(choose: (event: MouseEvent) => void) {
  return (option: HTMLElement) => {
    const kept = on(option, "mousedown", (event) => event.preventDefault());
    const chosen = on(option, "click", choose);
    return () => (kept(), chosen());
  };
}

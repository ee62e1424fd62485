/** A finger that rests: what it opens comes when it is lifted, so that the lifting does not close it again. */

const AFTER_MS = 450;
const SLIP = 10;

/** As an attachment: calls `open` after a long press that did not move. */
export function held(open: () => void): (element: HTMLElement) => () => void {
  return (element) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let from: { x: number; y: number } | null = null;
    let rested = false;
    const end = () => {
      clearTimeout(timer);
      from = null;
      for (const [name, listener] of listen) element.removeEventListener(name, listener as EventListener);
    };
    const down = (event: PointerEvent) => {
      end();
      rested = false;
      if (event.pointerType !== "touch" || (event.target as Element).closest("a, button, input, video, iframe")) return;
      from = { x: event.clientX, y: event.clientY };
      timer = setTimeout(() => (rested = from !== null), AFTER_MS);
      for (const [name, listener] of listen) element.addEventListener(name, listener as EventListener);
    };
    const listen: [string, (event: PointerEvent) => void][] = [
      ["pointermove", (event) => from && Math.hypot(event.clientX - from.x, event.clientY - from.y) > SLIP && end()],
      ["pointercancel", end],
      ["pointerup", () => {
        if (from && rested) setTimeout(open);
        end();
      }],
    ];
    element.addEventListener("pointerdown", down);
    return () => {
      end();
      element.removeEventListener("pointerdown", down);
    };
  };
}

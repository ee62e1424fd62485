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
    };
    const listen: [string, (event: PointerEvent) => void][] = [
      ["pointerdown", (event) => {
        rested = false;
        if (event.pointerType !== "touch" || (event.target as Element).closest("a, button, input, video, iframe")) return;
        from = { x: event.clientX, y: event.clientY };
        timer = setTimeout(() => (rested = from !== null), AFTER_MS);
      }],
      ["pointermove", (event) => from && Math.hypot(event.clientX - from.x, event.clientY - from.y) > SLIP && end()],
      ["pointercancel", end],
      ["pointerup", () => {
        if (from && rested) setTimeout(open);
        end();
      }],
    ];
    for (const [name, listener] of listen) element.addEventListener(name, listener as EventListener);
    return () => {
      clearTimeout(timer);
      for (const [name, listener] of listen) element.removeEventListener(name, listener as EventListener);
    };
  };
}

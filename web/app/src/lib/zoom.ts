/** Looking closer at a picture: its scale, and how far its middle is from that of the screen. Pure. */

export interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}
type Point = { readonly x: number; readonly y: number };
type Box = { readonly wide: number; readonly high: number };

export const WHOLE: View = { scale: 1, x: 0, y: 0 };
export const MOST = 8;

/** To another scale, about a point that is measured from the middle of the screen. */
export function zoomedAt(view: View, scale: number, at: Point): View {
  const next = Math.max(1, Math.min(MOST, scale));
  const by = next / view.scale;
  return { scale: next, x: at.x - (at.x - view.x) * by, y: at.y - (at.y - view.y) * by };
}

/** Moved back so that its edges do not leave the middle of the screen empty. `picture`: at scale 1. */
export function fitted(view: View, picture: Box, frame: Box): View {
  const most = (side: number, room: number) => Math.max(0, (side * view.scale - room) / 2);
  const within = (value: number, limit: number) => Math.max(-limit, Math.min(limit, value)) || 0;
  return { scale: view.scale, x: within(view.x, most(picture.wide, frame.wide)), y: within(view.y, most(picture.high, frame.high)) };
}

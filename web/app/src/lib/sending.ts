/** Which keys send a message. Pure. */

export type SendWith = "enter" | "mod_enter";
type Press = { readonly key: string; readonly ctrlKey: boolean; readonly metaKey: boolean; readonly shiftKey: boolean; readonly altKey: boolean };

/** A phone, or a tablet without a mouse or trackpad: its keyboard is on the screen, where no Shift goes with Enter. */
export const ON_SCREEN_KEYBOARD = "(pointer: coarse) and (max-width: 699px), (pointer: coarse) and (not (any-pointer: fine))";

/** The preference is about keyboards that one touches with more than thumbs: on the screen Enter breaks the line, as in every messenger. */
export const sendingKey = (preferred: SendWith, onScreen: boolean): SendWith => (onScreen ? "mod_enter" : preferred);

export const sends = ({ key, ctrlKey, metaKey, shiftKey, altKey }: Press, wanted: SendWith): boolean =>
  key === "Enter" && !shiftKey && !altKey && (wanted === "enter" || ctrlKey || metaKey);

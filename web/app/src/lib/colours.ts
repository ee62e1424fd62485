/** The colour of a team or a label: one of our names, or its own as #rrggbb. Always beside a word. */

export const dotColour = (colour: string): string => (/^#[0-9a-f]{6}$/i.test(colour) ? colour : `var(--dot-${colour}, var(--dot-grey))`);

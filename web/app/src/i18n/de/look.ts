import type { Catalogue } from "..";
import type { look as english } from "../en/look";

export const look: Pick<Catalogue, keyof typeof english> = {
  look: {
    text: "Wie Harken für Sie aussieht, in jedem Browser.",
    theme: "Farbschema",
    density: "Dichte",
    densities: { comfortable: "Bequem", compact: "Kompakt" },
    language: "Sprache",
    sending: "Senden",
    send_with: { enter: "Eingabetaste sendet, Umschalt+Eingabetaste beginnt eine neue Zeile", mod_enter: "Strg+Eingabetaste sendet, Eingabetaste beginnt eine neue Zeile" },
  },
};

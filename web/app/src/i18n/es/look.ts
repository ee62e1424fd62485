import type { Catalogue } from "..";
import type { look as english } from "../en/look";

export const look: Pick<Catalogue, keyof typeof english> = {
  look: {
    text: "Cómo se ve Harken para usted, en todos los navegadores.",
    theme: "Tema",
    density: "Densidad",
    densities: { comfortable: "Cómoda", compact: "Compacta" },
    language: "Idioma",
    sending: "Envío",
    send_with: { enter: "Intro envía, Mayús+Intro pasa a otra línea", mod_enter: "Ctrl+Intro envía, Intro pasa a otra línea" },
  },
};

import type { Catalogue } from "..";
import type { customer as english } from "../en/customer";

export const customer: Pick<Catalogue, keyof typeof english> = {
  customer: {
    label: "Cliente",
    visitor: "Un visitante del sitio web",
    reaches: "Le escribe por",
    details: "Datos",
    labels: "Etiquetas",
    no_labels: "Sin etiquetas",
    earlier: "Conversaciones anteriores",
    files: "Archivos",
    subject: "Asunto",
    since: "Cliente desde",
    number: "Conversación",
  },
};

import type { Catalogue } from "..";
import type { customer as english } from "../en/customer";

export const customer: Pick<Catalogue, keyof typeof english> = {
  customer: {
    label: "Cliente",
    visitor: "Un visitante del sitio web",
    reaches: "Le escribe por",
    labels: "Etiquetas",
    earlier: "Conversaciones anteriores",
    subject: "Asunto",
    here: "Esta conversación",
    number: "Número",
  },
};

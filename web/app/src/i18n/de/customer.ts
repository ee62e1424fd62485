import type { Catalogue } from "..";
import type { customer as english } from "../en/customer";

export const customer: Pick<Catalogue, keyof typeof english> = {
  customer: {
    label: "Kundin oder Kunde",
    visitor: "Besucht die Website",
    reaches: "Erreicht Sie über",
    labels: "Labels",
    earlier: "Frühere Unterhaltungen",
    subject: "Betreff",
    here: "Diese Unterhaltung",
    number: "Nummer",
  },
};

import type { Catalogue } from "..";
import type { customer as english } from "../en/customer";

export const customer: Pick<Catalogue, keyof typeof english> = {
  customer: {
    label: "Kundendaten",
    visitor: "Besuch auf der Website",
    reaches: "Schreibt Ihnen über",
    labels: "Labels",
    earlier: "Frühere Unterhaltungen",
    subject: "Betreff",
    here: "Diese Unterhaltung",
    number: "Nummer",
  },
};

import type { Catalogue } from "..";
import type { customer as english } from "../en/customer";

export const customer: Pick<Catalogue, keyof typeof english> = {
  customer: {
    label: "Kundin oder Kunde",
    visitor: "Besucht die Website",
    reaches: "Erreicht Sie über",
    details: "Angaben",
    labels: "Labels",
    no_labels: "Keine Labels",
    earlier: "Frühere Unterhaltungen",
    files: "Dateien",
    subject: "Betreff",
    since: "Dabei seit",
    number: "Unterhaltung",
  },
};

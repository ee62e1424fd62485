import type { Catalogue } from "..";
import type { keys as english } from "../en/keys";

export const keys: Pick<Catalogue, keyof typeof english> = {
  keys: {
    title: "Tastenkürzel",
    next: "Nächste Unterhaltung",
    previous: "Vorige Unterhaltung",
    open: "Öffnen",
    pick: "Übernehmen",
    reply: "Antwort schreiben",
    note: "Notiz schreiben",
    assign: "Weitergeben",
    close: "Schließen oder wieder öffnen",
    help: "Diese Liste",
  },
};

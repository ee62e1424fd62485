import type { Catalogue } from "..";
import type { keys as english } from "../en/keys";

export const keys: Pick<Catalogue, keyof typeof english> = {
  keys: {
    change: "Tasten ändern",
    text: "Drücken Sie für jede Aktion eine Taste. In Eingabefeldern sind sie aus.",
    single_hint: "Aus: nur die mit Strg oder Cmd wirken.",
    set: "Taste festlegen",
    press: "Taste drücken …",
    none: "keine",
    reset: "Auf die übliche Taste zurücksetzen",
    reset_all: "Alle Tasten zurücksetzen",
    clash: (name: string) => `Auch: ${name}`,
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

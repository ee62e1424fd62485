import type { Catalogue } from "..";
import type { commands as english } from "../en/commands";
import { figure, many } from "../many";

export const commands: Pick<Catalogue, keyof typeof english> = {
  commands: {
    palette: "Befehle und Suche",
    find: "Suchen oder Befehl ausführen",
    search: "Alles durchsuchen",
    go: (name: string) => `Gehe zu ${name}`,
    labelled: (name: string) => `Label: ${name}`,
    handled: (name: string) => `Zuständig: ${name}`,
    settings: (name: string) => `Einstellungen: ${name}`,
    all_hits: (text: string) => `Alle Treffer für „${text}“`,
    count: (count: number) => many(count, "1 Treffer", `${figure(count)} Treffer`),
    groups: { commands: "Aktionen", conversations: "Unterhaltungen", contacts: "Kontakte", messages: "Nachrichten", more: "Mehr", go: "Gehe zu", conversation: "Unterhaltung", list: "Liste", write: "Schreiben", app: "Überall" },
  },
};

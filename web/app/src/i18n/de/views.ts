import type { Catalogue } from "..";
import type { views as english } from "../en/views";

export const views: Pick<Catalogue, keyof typeof english> = {
  saved: {
    title: "Gespeicherte Ansichten",
    text: "Listen mit Filtern und Reihenfolge, zu denen Sie zurückkehren. Geteilte sehen alle.",
    empty: { title: "Noch keine gespeicherten Ansichten", text: "Grenzen Sie eine Liste mit Filtern ein und speichern Sie sie unter einem Namen." },
    name: "Name",
    save_title: "Diese Ansicht speichern",
    save_this: "Diese Ansicht speichern",
    save_new: "Als neue speichern",
    changed: "Geändert",
    gone: "Diese gespeicherte Ansicht wurde entfernt. Ihre Filter gelten noch.",
    share: "Mit allen teilen",
    mine: "nur Sie",
    everyone: "alle",
    rename: "Umbenennen",
    up: "Nach oben",
    down: "Nach unten",
    remove_question: "Diese Ansicht entfernen?",
    remove_shared: (name: string) => `${name} verschwindet für alle.`,
  },
};

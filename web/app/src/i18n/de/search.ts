import type { Catalogue } from "..";
import type { search as english } from "../en/search";
import { figure, many } from "../many";

export const search: Pick<Catalogue, keyof typeof english> = {
  search: {
    title: "Suche",
    placeholder: "Wörter, „eine Wendung“, from:me, has:file …",
    narrow: "Suche eingrenzen",
    further: "Es wird weiter zurück gesucht…",
    failed: "Die Suche hat nicht geantwortet.",
    offline: "Offline: Die Suche braucht den Server.",
    start: { title: "Alles durchsuchen", text: "Wörter werden zusammen gesucht. Eine Wendung in Anführungszeichen, ein Wort mit Minus ausschließen." },
    nothing: { title: "Nichts gefunden", text: "Versuchen Sie weniger oder andere Wörter." },
    understood: (what: string) => `Verstanden: ${what}. Versuchen Sie weniger oder andere Wörter.`,
    count: (count: number) => many(count, "1 Nachricht", `${figure(count)} Nachrichten`),
    operators: {
      "from:me": "Was ich schrieb",
      "from:customer": "Was Kunden schrieben",
      "has:file": "Mit Datei",
      "has:image": "Mit Bild",
      "channel:": "Auf einem Kanal",
      "label:": "Mit Label",
      "in:note": "Interne Notizen",
      "in:closed": "In geschlossenen Unterhaltungen",
      "before:": "Vor einem Tag: 2026-11-01",
      "after:": "Nach einem Tag: 2026-11-01",
    },
  },
};

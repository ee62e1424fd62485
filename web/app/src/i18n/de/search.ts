import type { Catalogue } from "..";
import type { search as english } from "../en/search";
import { figure, many } from "../many";

export const search: Pick<Catalogue, keyof typeof english> = {
  search: {
    title: "Suche",
    placeholder: "Wörter, „eine Wendung“, from:me, has:file …",
    narrow: "Suche eingrenzen",
    further: "Ältere Nachrichten werden durchsucht …",
    failed: "Die Suche hat nicht geantwortet.",
    offline: "Offline: Die Suche braucht den Server.",
    start: { title: "Alles durchsuchen", text: "Gefunden wird, was alle Wörter enthält. Setzen Sie eine Wendung in Anführungszeichen; ein Minus schließt ein Wort aus." },
    nothing: { title: "Nichts gefunden", text: "Versuchen Sie weniger oder andere Wörter." },
    understood: (what: string) => `Verstanden: ${what}. Versuchen Sie weniger oder andere Wörter.`,
    count: (count: number) => many(count, "1 Nachricht", `${figure(count)} Nachrichten`),
    operators: {
      "from:me": "Von mir geschrieben",
      "from:customer": "Von Kundinnen und Kunden",
      "has:file": "Mit Datei",
      "has:image": "Mit Bild",
      "channel:": "In einem Kanal",
      "label:": "Mit Label",
      "in:note": "Interne Notizen",
      "in:closed": "In geschlossenen Unterhaltungen",
      "before:": "Vor einem Datum: 2026-11-01",
      "after:": "Nach einem Datum: 2026-11-01",
    },
  },
};

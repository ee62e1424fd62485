import type { Catalogue } from "..";
import type { search as english } from "../en/search";
import { figure, many } from "../many";

export const search: Pick<Catalogue, keyof typeof english> = {
  search: {
    title: "Búsqueda",
    placeholder: "Palabras, «una frase», from:me, has:file …",
    narrow: "Acotar la búsqueda",
    further: "Buscando en mensajes más antiguos…",
    failed: "La búsqueda no respondió.",
    offline: "Sin conexión: la búsqueda necesita el servidor.",
    start: { title: "Busque en todo el historial", text: "Se encuentra lo que contiene todas las palabras. Ponga una frase entre comillas; excluya una palabra con un signo menos." },
    nothing: { title: "No se encontró nada", text: "Pruebe con menos palabras o con otras." },
    understood: (what: string) => `Entendido: ${what}. Pruebe con menos palabras o con otras.`,
    count: (count: number) => many(count, "1 mensaje", `${figure(count)} mensajes`),
    operators: {
      "from:me": "Lo que escribí",
      "from:customer": "Lo que escribieron los clientes",
      "has:file": "Con archivo",
      "has:image": "Con imagen",
      "channel:": "En un canal",
      "label:": "Con una etiqueta",
      "in:note": "Notas internas",
      "in:closed": "En conversaciones cerradas",
      "before:": "Antes de una fecha: 2026-11-01",
      "after:": "Después de una fecha: 2026-11-01",
    },
  },
};

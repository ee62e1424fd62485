import type { Catalogue } from "..";
import type { commands as english } from "../en/commands";
import { figure, many } from "../many";

export const commands: Pick<Catalogue, keyof typeof english> = {
  commands: {
    palette: "Comandos y búsqueda",
    find: "Buscar o ejecutar un comando",
    search: "Buscar en todo",
    go: (name: string) => `Ir a ${name}`,
    labelled: (name: string) => `Etiqueta: ${name}`,
    handled: (name: string) => `A cargo de ${name}`,
    settings: (name: string) => `Ajustes: ${name}`,
    all_hits: (text: string) => `Todos los resultados de «${text}»`,
    count: (count: number) => many(count, "1 resultado", `${figure(count)} resultados`),
    groups: { commands: "Acciones", conversations: "Conversaciones", contacts: "Contactos", messages: "Mensajes", more: "Más", go: "Ir a", conversation: "Conversación", list: "Lista", write: "Escribir", app: "En todas partes" },
  },
};

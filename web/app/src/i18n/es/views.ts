import type { Catalogue } from "..";
import type { views as english } from "../en/views";

export const views: Pick<Catalogue, keyof typeof english> = {
  saved: {
    title: "Vistas guardadas",
    text: "Listas con filtros y orden a las que vuelve. Las compartidas las ven todos.",
    empty: { title: "Aún no hay vistas guardadas", text: "Acote una lista con filtros y guárdela con un nombre." },
    name: "Nombre",
    save_title: "Guardar esta vista",
    save_this: "Guardar esta vista",
    save_new: "Guardar como nueva",
    changed: "Cambiada",
    gone: "Esta vista guardada se ha eliminado. Sus filtros siguen aplicados.",
    share: "Compartir con todos",
    mine: "solo usted",
    everyone: "todos",
    rename: "Cambiar el nombre",
    up: "Subir",
    down: "Bajar",
    remove_question: "¿Eliminar esta vista?",
    remove_shared: (name: string) => `${name} desaparece para todos.`,
  },
};

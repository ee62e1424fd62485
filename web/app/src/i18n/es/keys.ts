import type { Catalogue } from "..";
import type { keys as english } from "../en/keys";

export const keys: Pick<Catalogue, keyof typeof english> = {
  keys: {
    change: "Cambiar las teclas",
    text: "Pulse una tecla para cada acción. Las teclas no actúan mientras escribe en un campo.",
    single_hint: "Desactivado: solo actúan las que llevan Ctrl o Cmd.",
    set: "Fijar la tecla",
    press: "Pulse una tecla…",
    none: "ninguna",
    reset: "Volver a la tecla habitual",
    reset_all: "Volver a las teclas habituales",
    clash: (name: string) => `También: ${name}`,
    title: "Atajos de teclado",
    next: "Conversación siguiente",
    previous: "Conversación anterior",
    open: "Abrirla",
    pick: "Tomar o hacerse cargo",
    reply: "Escribir una respuesta",
    note: "Escribir una nota",
    assign: "Transferir",
    close: "Cerrar o reabrir",
    help: "Esta lista",
  },
};

import type { Catalogue } from "..";
import type { hours as english } from "../en/hours";

export const hours: Pick<Catalogue, keyof typeof english> = {
  hours: {
    text: "Cuándo hay alguien para responder, en la zona horaria de su equipo.",
    whose: "Horario de",
    everybody: "Todo el espacio de trabajo",
    zone: "Zona horaria",
    week: "Horario de atención",
    opens: "abre",
    closes: "cierra",
    closed: "Cerrado",
    holidays: "Festivos",
    no_holidays: "Aún no hay festivos.",
    add_holiday: "Añadir un festivo",
    holiday_name: "Nombre",
    date: "Fecha",
    yearly: "Cada año",
    open_now: "Abierto ahora",
    closed_now: "Cerrado ahora",
    inherited: "Este equipo sigue el horario del espacio de trabajo.",
    always: "No hay horario fijado: siempre está abierto.",
    give_own: "Darle un horario propio",
    set: "Fijar un horario",
    drop_own: "Seguir de nuevo el del espacio de trabajo",
    drop: "Siempre abierto de nuevo",
    add_span: (day: string) => `${day}: añadir horas`,
    remove_span: (day: string) => `${day}: quitar estas horas`,
    until: (when: string) => `hasta el ${when}`,
    again: (when: string) => `abre el ${when}`,
  },
};

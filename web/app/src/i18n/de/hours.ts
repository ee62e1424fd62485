import type { Catalogue } from "..";
import type { hours as english } from "../en/hours";

export const hours: Pick<Catalogue, keyof typeof english> = {
  hours: {
    text: "Wann jemand da ist, um zu antworten, in der Zeitzone Ihres Teams.",
    whose: "Zeiten von",
    everybody: "Der ganze Arbeitsbereich",
    zone: "Zeitzone",
    week: "Öffnungszeiten",
    opens: "öffnet",
    closes: "schließt",
    closed: "Geschlossen",
    holidays: "Feiertage",
    no_holidays: "Noch keine Feiertage.",
    add_holiday: "Feiertag hinzufügen",
    holiday_name: "Name",
    date: "Datum",
    yearly: "Jedes Jahr",
    open_now: "Jetzt geöffnet",
    closed_now: "Jetzt geschlossen",
    inherited: "Dieses Team folgt den Zeiten des Arbeitsbereichs.",
    always: "Es sind keine Zeiten festgelegt: Sie haben immer geöffnet.",
    give_own: "Eigene Zeiten festlegen",
    set: "Zeiten festlegen",
    drop_own: "Wieder dem Arbeitsbereich folgen",
    drop: "Wieder immer geöffnet",
    add_span: (day: string) => `${day}: Zeiten hinzufügen`,
    remove_span: (day: string) => `${day}: diese Zeiten entfernen`,
    until: (when: string) => `bis ${when}`,
    again: (when: string) => `öffnet ${when}`,
  },
};

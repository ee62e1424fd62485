import type { Catalogue } from "..";
import type { auth as english } from "../en/auth";

export const auth: Pick<Catalogue, keyof typeof english> = {
  auth: {
    sign_in: "Anmelden",
    welcome: "Willkommen zurück",
    email: "E-Mail",
    password: "Passwort",
    wrong: "E-Mail und Passwort gehören nicht zusammen.",
    setup_title: "Harken einrichten",
    setup_text: "Ein Posteingang für alles, was Ihnen geschrieben wird. Das dauert eine Minute.",
    workspace: "Firma oder Team",
    workspace_hint: "Steht oben auf der Seite.",
    your_name: "Ihr Name",
    password_hint: "Mindestens 8 Zeichen.",
    create: "Arbeitsbereich anlegen",
    invited: (workspace: string) => `Zu ${workspace} kommen`,
    invited_text: "Wählen Sie Namen und Passwort, und Sie sind dabei.",
    join: "Beitreten",
    invite_gone: "Diese Einladung gilt nicht mehr",
    invite_gone_text: "Sie wurde benutzt oder ist abgelaufen. Bitten Sie um einen neuen Link.",
    which: "Welcher Arbeitsbereich?",
  },
};

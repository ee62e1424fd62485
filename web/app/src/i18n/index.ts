/** The texts of the interface. English is always there; another language is loaded before the first screen. */

import { en } from "./en";
import { figuresIn } from "./many";

type Widen<T> = T extends string ? string : T extends (...args: infer A) => string ? (...args: A) => string : { [K in keyof T]: Widen<T[K]> };
export type Catalogue = Widen<typeof en>;

export const LANGUAGES = { en: "English", de: "Deutsch", es: "Español", ar: "العربية" } as const;
export type Language = keyof typeof LANGUAGES;
const LOADERS: Record<Exclude<Language, "en">, () => Promise<Catalogue>> = {
  de: async () => (await import("./de")).de,
  es: async () => (await import("./es")).es,
  ar: async () => (await import("./ar")).ar,
};

export let t: Catalogue = en;
export let locale: string = "en";

export function preferredLanguage(): Language {
  const wanted = [localStorage.getItem("language"), ...navigator.languages];
  for (const tag of wanted) {
    const language = tag?.split("-")[0];
    if (language && language in LANGUAGES) return language as Language;
  }
  return "en";
}

export async function loadLanguage(language: Language): Promise<void> {
  if (language !== "en") t = await LOADERS[language]();
  locale = navigator.languages.find((tag) => tag.startsWith(language)) ?? language;
  figuresIn(locale);
  document.documentElement.lang = language;
  document.documentElement.dir = language === "ar" ? "rtl" : "ltr";
}

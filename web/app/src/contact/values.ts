/** Attributes of contacts: which kind a value is of, how it reads, and how it is typed. Pure but for the language. */

import type { AttributeValue } from "../api/types";
import { locale, t } from "../i18n";

export const KINDS = ["text", "number", "boolean", "date"] as const;
export type Kind = (typeof KINDS)[number];

const DATE = /^\d{4}-\d{2}-\d{2}$/;

export function kindOf(value: AttributeValue): Kind {
  if (typeof value === "boolean") return "boolean";
  if (typeof value === "number") return "number";
  return DATE.test(value) && !Number.isNaN(Date.parse(value)) ? "date" : "text";
}

export function shown(value: AttributeValue): string {
  switch (kindOf(value)) {
    case "boolean":
      return value ? t.contacts.yes : t.contacts.no;
    case "number":
      return new Intl.NumberFormat(locale, { maximumFractionDigits: 9 }).format(value as number);
    case "date":
      return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" }).format(new Date(value as string));
    case "text":
      return value as string;
  }
}

/** What was typed as a value of the kind; null when it is none. */
export function typed(text: string, kind: Kind): AttributeValue | null {
  const clean = text.trim();
  switch (kind) {
    case "boolean":
      return clean === "true";
    case "number":
      return clean !== "" && Number.isFinite(Number(clean)) ? Number(clean) : null;
    case "date":
      return DATE.test(clean) && !Number.isNaN(Date.parse(clean)) ? clean : null;
    case "text":
      return clean === "" ? null : clean;
  }
}

/** "14:34", where the contact is; null for a zone that this browser does not know. */
export function timeIn(timezone: string, at: number): string | null {
  try {
    return new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit", timeZone: timezone }).format(at);
  } catch {
    return null;
  }
}

/** "Lisbon" of Europe/Lisbon. */
export const placeOf = (timezone: string): string => (timezone.split("/").at(-1) ?? "").replaceAll("_", " ");

export function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames(locale, { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

export const timezones = (): readonly string[] => Intl.supportedValuesOf("timeZone");
export const LANGUAGE_TAGS = [
  "ar", "bg", "bn", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr", "hu", "id", "it", "ja", "ko", "lt", "lv", "ms",
  "nl", "no", "pl", "pt", "pt-BR", "ro", "ru", "sk", "sl", "sr", "sv", "sw", "ta", "th", "tr", "uk", "ur", "vi", "zh", "zh-Hant",
] as const;

/** Languages by their names, in the interface's. */

const CODES = [
  "ar", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr", "hu", "id", "it", "ja", "ko", "lt", "lv", "nb", "nl", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv", "th", "tr", "uk", "vi", "zh",
] as const;

export function languageName(code: string, locale: string): string {
  try {
    return new Intl.DisplayNames([locale], { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** Those that one chooses from, by name; `more` among them. */
export const languageChoices = (locale: string, more: readonly string[] = []): { readonly code: string; readonly name: string }[] =>
  [...new Set<string>([...CODES, ...more])].map((code) => ({ code, name: languageName(code, locale) })).sort((one, other) => one.name.localeCompare(other.name, locale));

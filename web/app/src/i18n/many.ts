/** Texts by number. */

let format = new Intl.NumberFormat("en");

/** The locale that figures are written in. */
export function figuresIn(locale: string): void {
  format = new Intl.NumberFormat(locale);
}

/** A count, as it stands in a text. */
export const figure = (count: number) => format.format(count);

/** As far as one counts: beyond `most` there are "99+". */
export const figureUpTo = (count: number, most: number) => (count > most ? `${figure(most)}+` : figure(count));

/** One of two, where a language tells one from many. */
export const many = (count: number, one: string, other: string) => (count === 1 ? one : other);

/** By the plural rules of a language that has more forms (CLDR's categories). */
export function counted(language: string, count: number, forms: Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string }): string {
  let rules = plurals.get(language);
  if (!rules) plurals.set(language, (rules = new Intl.PluralRules(language)));
  return forms[rules.select(count)] ?? forms.other;
}
const plurals = new Map<string, Intl.PluralRules>();

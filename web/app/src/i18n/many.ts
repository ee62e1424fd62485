/** Texts by number. */

let format = new Intl.NumberFormat("en");

/** The locale that figures are written in. */
export function figuresIn(locale: string): void {
  format = new Intl.NumberFormat(locale);
}

/** A count, as it stands in a text. */
export const figure = (count: number) => format.format(count);

/** One of two, where a language tells one from many. */
export const many = (count: number, one: string, other: string) => (count === 1 ? one : other);

/** By the plural rules of a language that has more forms (CLDR's categories). */
export const counted = (language: string, count: number, forms: Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string }) =>
  forms[new Intl.PluralRules(language).select(count)] ?? forms.other;

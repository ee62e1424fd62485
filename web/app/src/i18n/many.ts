/** Texts by number. */

/** One of two, where a language tells one from many. */
export const many = (count: number, one: string, other: string) => (count === 1 ? one : other);

/** By the plural rules of a language that has more forms (CLDR's categories). */
export const counted = (language: string, count: number, forms: Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string }) =>
  forms[new Intl.PluralRules(language).select(count)] ?? forms.other;

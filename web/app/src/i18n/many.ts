/** One of two texts by number, where a language tells one from many; others use Intl.PluralRules. */
export const many = (count: number, one: string, other: string) => (count === 1 ? one : other);

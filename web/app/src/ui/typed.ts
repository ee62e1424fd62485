/** Words in the fields of a dialog: they are not thrown away by a slip of the hand. Pure. */

export type TypedField = Pick<HTMLInputElement, "type" | "value" | "isConnected">;

/** Looking for something, a code and a password are soon typed again. */
const OF_WORDS = ["text", "textarea", "email", "tel", "url"];

/** Whether some of the fields that were typed in are still there with words in them. */
export function holdsWords(fields: Iterable<TypedField>): boolean {
  return [...fields].some(({ type, value, isConnected }) => isConnected && OF_WORDS.includes(type) && value.trim() !== "");
}

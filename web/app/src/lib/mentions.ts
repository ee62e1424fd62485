/** The word at the caret that calls a colleague, and the colleagues that a note names. Pure. */

export type Named = { id: string; name: string };
export type Call = { from: number; to: number; word: string };

/** The `@word` that ends at the caret; null when there is none. A mail address opens nothing. */
export function callAt(text: string, caret: number): Call | null {
  const match = /(^|[\s(])@([\p{L}\p{N}._-]*(?: [\p{L}\p{N}._-]*)?)$/u.exec(text.slice(0, caret));
  if (!match) return null;
  const word = match[2] ?? "";
  return { from: caret - word.length - 1, to: caret, word };
}

export function matching<T extends Named>(people: T[], word: string): T[] {
  const wanted = word.toLocaleLowerCase();
  return people.filter(({ name }) => name.toLocaleLowerCase().split(/\s+/).some((part) => part.startsWith(wanted)) || name.toLocaleLowerCase().startsWith(wanted));
}

export function insert(text: string, call: Call, name: string): { text: string; caret: number } {
  const before = `${text.slice(0, call.from)}@${name} `;
  return { text: before + text.slice(call.to).replace(/^ /, ""), caret: before.length };
}

/** Those whose full name stands in the text after an @. */
export function mentioned(text: string, people: Named[]): string[] {
  return people.filter(({ name }) => text.includes(`@${name}`)).map(({ id }) => id);
}

/** The text in pieces, for drawing names apart. */
export function pieces(text: string, names: string[]): { text: string; name: boolean }[] {
  const called = names.map((name) => `@${name}`).sort((a, b) => b.length - a.length);
  const out: { text: string; name: boolean }[] = [];
  let plain = "";
  for (let at = 0; at < text.length; ) {
    const found = text[at] === "@" ? called.find((name) => text.startsWith(name, at)) : undefined;
    if (found === undefined) {
      plain += text[at++];
      continue;
    }
    if (plain) out.push({ text: plain, name: false });
    plain = "";
    out.push({ text: found, name: true });
    at += found.length;
  }
  return plain ? [...out, { text: plain, name: false }] : out;
}

/** E-mail addresses as people type and paste them. Pure. */

const ADDRESS = /^[^\s@<>()[\],;:"\\]{1,64}@[^\s@<>()[\],;:"\\_]{1,253}$/u;

export const isAddress = (text: string): boolean => ADDRESS.test(text) && !text.split("@")[1]!.includes("..");

/** `Ann <ann@x.example>, bob@y.example` without the names. */
export function addressesIn(text: string): string[] {
  const parts = text.split(/[,;\n]/u).flatMap((part) => {
    const named = /<([^<>]+)>/u.exec(part);
    return named ? [named[1]!] : part.split(/\s+/u);
  });
  return [...new Set(parts.map((part) => part.trim().toLowerCase()).filter(Boolean))];
}

/** What a reply is called. */
export function replySubject(subject: string): string {
  if (!subject) return "";
  return /^\s*(?:re|aw|sv|rv|antw|odp|رد)\s*:/iu.test(subject) ? subject : `Re: ${subject}`;
}

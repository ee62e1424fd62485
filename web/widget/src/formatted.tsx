/** Bold, italic and code of a message's text, as text nodes in elements: nothing of it is ever markup. */

import type { ComponentChild } from "preact";

const MARK = /\*\*(?=\S)([^\n]+?)(?<=\S)\*\*|(?<![\p{L}\p{N}_])_(?=\S)([^\n_]+?)(?<=\S)_(?![\p{L}\p{N}_])|`([^`\n]+)`/u;

export function formatted(text: string): ComponentChild[] {
  const parts: ComponentChild[] = [];
  for (let rest = text; rest; ) {
    const found = MARK.exec(rest);
    if (!found) return [...parts, rest];
    const [whole, bold, italic, code] = found;
    parts.push(rest.slice(0, found.index), bold ? <b>{formatted(bold)}</b> : italic ? <i>{formatted(italic)}</i> : <code>{code}</code>);
    rest = rest.slice(found.index + whole.length);
  }
  return parts;
}

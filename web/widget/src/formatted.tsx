/** Bold, italic, code and links of a message's text, as text nodes in elements: nothing of it is ever markup. */

import type { ComponentChild } from "preact";
import { runsOf, type Mark } from "../../app/src/lib/formatting";

export function formatted(text: string): ComponentChild[] {
  return runsOf(text).map((run) => run.marks.reduceRight<ComponentChild>((inner, mark) => worn(mark, inner, run.text), run.text));
}

function worn(mark: Mark, inner: ComponentChild, text: string): ComponentChild {
  if (mark === "bold") return <b>{inner}</b>;
  if (mark === "italic") return <i>{inner}</i>;
  if (mark === "code") return <code>{inner}</code>;
  return <a href={text} target="_blank" rel="noopener noreferrer nofollow">{inner}</a>;
}

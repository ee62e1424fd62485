/** An icon that is drawn once and copied after that: for rows of long lists, where making a component for each icon costs more
than all the rest of the row. */

import { mount, unmount, untrack, type Component } from "svelte";
import type { Attachment } from "svelte/attachments";

const drawn = new Map<Component, readonly Node[]>();

/** Puts the icon into the element. It is hidden from readers: the word is beside it. */
export function glyph(icon: Component): Attachment<HTMLElement> {
  return (element) => {
    element.append(...nodesOf(icon).map((node) => node.cloneNode(true)));
    return () => element.replaceChildren();
  };
}

function nodesOf(icon: Component): readonly Node[] {
  let nodes = drawn.get(icon);
  if (!nodes) drawn.set(icon, (nodes = untrack(() => draw(icon))));
  return nodes;
}

function draw(icon: Component): readonly Node[] {
  const target = document.createElement("div");
  const made = mount(icon as Component<Record<string, unknown>>, { target, props: { "aria-hidden": "true" } });
  const nodes = [...target.children].map((node) => node.cloneNode(true));
  void unmount(made);
  return nodes;
}

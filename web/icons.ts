/** Icons as plain SVG: what @lucide/svelte builds from a description at run time, with an effect for each attribute, is written down here while
the app is built. An icon is then one clone of a template; a thread has dozens. */

import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

type Node = readonly [tag: string, attributes: Readonly<Record<string, string>>];
type Described = { readonly name: string; readonly node: readonly Node[] };

const ICON = /@lucide\/svelte\/dist\/icons\/[^/]+\.svelte$/;
const DESCRIBED = /^const iconData = (\{.*\});$/m;

export function icons(): Plugin {
  return {
    name: "icons",
    enforce: "pre",
    load(id) {
      if (!ICON.test(id)) return null;
      const described = DESCRIBED.exec(readFileSync(id, "utf8"))?.[1];
      if (!described) throw new Error(`no icon is described in ${id}`);
      return drawn(JSON.parse(described) as Described);
    },
  };
}

/** What it is given is read once: no icon changes while it stands. One that says something itself has an `aria-label`. */
export function drawn({ name, node }: Described): string {
  const parts = node.map(([tag, attributes]) => `<${tag}${Object.entries(attributes).map(([key, value]) => ` ${key}="${value}"`).join("")} />`).join("");
  return `<script>
  const props = $props();
  // svelte-ignore state_referenced_locally
  const { class: own, "aria-label": label } = props;
</script>

<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden={label ? undefined : "true"} aria-label={label} class={["lucide lucide-${name}", own]}>${parts}</svg>
`;
}

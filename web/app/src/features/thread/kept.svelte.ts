/** Small sets of ids that one agent keeps in this browser: failed messages put away, senders whose pictures are always shown. */

import { SvelteMap } from "svelte/reactivity";

const MOST = 500;

export class KeptSet {
  #known = new SvelteMap<string, readonly string[]>();

  constructor(private readonly name: string) {
    addEventListener("storage", ({ key }) => {
      if (key && this.#known.has(key)) this.#known.set(key, read(key));
    });
  }

  has(agentId: string, id: string): boolean {
    const key = this.#key(agentId);
    return (this.#known.get(key) ?? read(key)).includes(id);
  }

  set(agentId: string, id: string, there: boolean): void {
    const key = this.#key(agentId);
    const others = read(key).filter((each) => each !== id);
    const ids = there ? [...others, id].slice(-MOST) : others;
    this.#known.set(key, ids);
    try {
      localStorage.setItem(key, JSON.stringify(ids));
    } catch {
      // a browser that keeps nothing: the page still remembers
    }
  }

  #key(agentId: string): string {
    return `harken.${this.name}.${agentId}`;
  }
}

function read(key: string): readonly string[] {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "[]") as string[];
  } catch {
    return [];
  }
}

export const putAway = new KeptSet("put-away");
export const shownPictures = new KeptSet("pictures");

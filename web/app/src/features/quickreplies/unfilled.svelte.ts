/** A text whose variables have no value is asked about once before it goes. */

import { unfilled, unfilledNames } from "../../lib/quickreplies/variables";

export class Unfilled {
  /** The text that is asked about, and the one that goes all the same. */
  #asked = $state<string | null>(null);
  #agreed: string | null = null;

  /** True: this text is not to go yet. */
  holds(text: string): boolean {
    if (text === this.#agreed || unfilled(text).length === 0) return false;
    this.#asked = text;
    return true;
  }
  /** What the question is about while it stands: of a text that was changed it is none. */
  names(text: string): readonly string[] {
    return this.#asked === text ? unfilledNames(text) : [];
  }
  agree(): void {
    this.#agreed = this.#asked;
    this.#asked = null;
  }
  /** Returns the first place to fill in. */
  edit(text: string): readonly [number, number] | undefined {
    this.#asked = null;
    return unfilled(text)[0];
  }
}

/** What was typed about a contact and is not saved yet: it outlives another conversation and a reload (rule 7). */

import type { Id } from "../api/types";
import { browserKeep, type Keep } from "../sync/keep";

const NAME = "harken:contact:";

export class Unsent {
  /** `agent`: whose words these are. */
  constructor(private readonly agent: Id, private readonly contact: Id, private readonly keep: Keep = browserKeep()) {}

  /** Null when there is none. `about`: "note:new", or the note that is changed. */
  text(about: string): string | null {
    return this.keep.get(this.key(about));
  }

  write(about: string, text: string | null): void {
    if (text?.trim()) this.keep.set(this.key(about), text);
    else this.keep.remove(this.key(about));
  }

  private key(about: string): string {
    return `${NAME}${this.agent}:${this.contact}:${about}`;
  }
}

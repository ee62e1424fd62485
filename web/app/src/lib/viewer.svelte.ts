/** Which picture is looked at, of which thread. The viewer itself is loaded with the first one (features/media). */

import type { Attachment, Id } from "../api/types";

export interface Looked {
  readonly conversation: Id;
  readonly file: Attachment;
  /** Where the focus goes back to. */
  readonly from: HTMLElement;
}

let looked = $state.raw<Looked | null>(null);

export const viewer = {
  get looked(): Looked | null {
    return looked;
  },
  show: (what: Looked): void => void (looked = what),
  close: (): void => void (looked = null),
};

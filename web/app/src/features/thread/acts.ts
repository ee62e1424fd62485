/** What can be done with one message: handed from the thread to each of its messages. */

import type { Id } from "../../api/types";
import type { ShownMessage } from "../../sync/model";

export interface MessageActs {
  retry(message: ShownMessage): void;
  discard(message: ShownMessage): void;
  /** Its words and files stand in the composer again. */
  edit(message: ShownMessage): void;
  /** Takes back what is held still. */
  withdraw(message: ShownMessage): void;
  react(message: ShownMessage, emoji: string | null): void;
  jump(id: Id): void;
  /** Opens what can be done beside a place on the screen. */
  open(message: ShownMessage, at: DOMRect): void;
}

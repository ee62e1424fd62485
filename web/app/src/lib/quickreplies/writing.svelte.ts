/** The Quick Reply that is being written: begun anywhere (settings, the menu at the caret, a sent message), written in one dialog. */

import type { QuickReply, QuickReplyFile } from "../../api/types";

export interface Beginning {
  /** The one that is changed; null for a new one. */
  readonly reply: QuickReply | null;
  readonly shortcut: string;
  readonly body: string;
  readonly attachments: readonly QuickReplyFile[];
}

class Writing {
  now = $state.raw<Beginning | null>(null);

  begin({ reply = null, shortcut = "", body = "", attachments = [] }: Partial<Beginning> = {}): void {
    this.now = reply ? { reply, shortcut: reply.shortcut, body: reply.body, attachments: reply.attachments } : { reply, shortcut, body, attachments };
  }
  end(): void {
    this.now = null;
  }
}

export const writing = new Writing();

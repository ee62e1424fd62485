/** The model behind a network: each call takes effect at one step and is answered at another, or never. */

import { ApiError } from "../../api/errors";
import type { Server } from "../../api/server";
import type { ModelServer } from "./model";

export function behindNetwork(model: ModelServer, pause: () => Promise<void>, lost: () => boolean): Server {
  async function call<T>(effect: () => T): Promise<T> {
    await pause();
    if (lost()) throw new ApiError(0, "unreachable", "lost");
    const outcome = attempt(effect);
    await pause();
    if (lost()) throw new ApiError(0, "unreachable", "lost");
    if (outcome.error) throw outcome.error;
    return outcome.value as T;
  }
  return {
    snapshot: () => call(() => model.snapshot()),
    conversations: (view, filter, cursor, limit) => call(() => model.page(view, filter, cursor, limit)),
    conversation: (id) => call(() => model.row(id)),
    messages: (id, from, limit) => call(() => model.thread(id, from, limit)),
    savedCounts: () => call(() => model.savedCounts()),
    quickReplies: () => call(() => ({ state: { count: 0, revision: 0 }, items: [] })),
    setPreferences: (patch) => call(() => model.setPreferences(patch)),
    saveDraft: (id, { base: _, ...draft }) => call(() => ({ ...draft, conversation_id: id, revision: 1, attachments: [], updated_at: null })),
    withdraw: () => call(() => {
      throw new ApiError(409, "already_sent", "already sent");
    }),
    start: (conversation) => call(() => model.start(conversation)),
    retryDelivery: () => call(() => undefined),
    carryOut: (pending) => call(() => model.carryOut(pending)),
  };
}

function attempt<T>(effect: () => T): { readonly value?: T; readonly error?: unknown } {
  try {
    return { value: effect() };
  } catch (error) {
    return { error };
  }
}

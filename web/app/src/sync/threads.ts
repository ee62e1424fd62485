/** A thread: the messages of one conversation in order of seq, from the newest back to the last loaded page. */

import type { Id, Message } from "../api/types";
import type { ThreadShown } from "./model";

export interface Thread {
  messages: Message[];
  loaded: boolean;
  /** The messages do not reach the newest one. */
  hasNewer: boolean;
  loading: boolean;
  error: string | null;
  opened: number;
  /** What events have said while a page was on its way: the page may be older. */
  readonly late: Map<Id, Message>;
  shown: ThreadShown | null;
}

export const THREADS_KEPT = 50;

export function newThread(): Thread {
  return { messages: [], loaded: false, hasNewer: false, loading: false, error: null, opened: 0, late: new Map(), shown: null };
}

/** seq has no gaps and begins with 1. */
export function hasOlder(thread: Thread): boolean {
  return (thread.messages[0]?.seq ?? 1) > 1;
}

/** Follows a message that was added or has changed. Returns whether what is loaded has changed. */
export function receive(thread: Thread, message: Message): boolean {
  if (thread.loading) keepNewer(thread.late, message);
  const first = thread.messages[0];
  if (!thread.loaded || (first && message.seq < first.seq)) return false;
  const at = thread.messages.findLastIndex((each) => each.seq <= message.seq);
  const there = thread.messages[at];
  if (there?.seq === message.seq) {
    if (there.revision >= message.revision) return false;
    thread.messages = thread.messages.with(at, message);
  } else {
    thread.messages = thread.messages.toSpliced(at + 1, 0, message);
  }
  thread.shown = null;
  return true;
}

/** Takes loaded messages in: in place of everything (`replace`), or beside what is there. */
export function takeMessages(thread: Thread, page: readonly Message[], replace: boolean): void {
  const all = new Map<Id, Message>();
  if (!replace) for (const message of thread.messages) all.set(message.id, message);
  for (const message of page) keepNewer(all, message);
  const oldest = Math.min(...[...all.values()].map((message) => message.seq));
  for (const message of thread.late.values()) if (message.seq >= oldest || all.size === 0) keepNewer(all, message);
  thread.messages = [...all.values()].sort((one, other) => one.seq - other.seq);
  thread.loaded = true;
  thread.shown = null;
}

function keepNewer(all: Map<Id, Message>, message: Message): void {
  const there = all.get(message.id);
  if (!there || message.revision > there.revision) all.set(message.id, message);
}

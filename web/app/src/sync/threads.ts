/** A thread: a stretch of one conversation's messages in order of seq, without gaps; as a rule up to the newest one. */

import type { Id, Message } from "../api/types";
import type { ThreadShown } from "./model";

export interface Thread {
  messages: Message[];
  loaded: boolean;
  /** The messages do not reach the newest one. */
  hasNewer: boolean;
  loading: boolean;
  error: string | null;
  /** There is none, or none that one may see. */
  missing: boolean;
  opened: number;
  /** What events have said while a page was on its way: the page may be older. */
  readonly late: Map<Id, Message>;
  shown: ThreadShown | null;
}

/** What was loaded: in place of everything or beside it, and whether there is more behind its end (null: as before). */
export interface Stretch {
  readonly messages: readonly Message[];
  readonly replace: boolean;
  readonly hasNewer: boolean | null;
}

export const THREADS_KEPT = 50;
const KEPT_UNOPENED = 200;

export function newThread(): Thread {
  return { messages: [], loaded: false, hasNewer: false, loading: false, error: null, missing: false, opened: 0, late: new Map(), shown: null };
}

/** seq has no gaps and begins with 1. */
export function hasOlder(thread: Thread): boolean {
  return (thread.messages[0]?.seq ?? 1) > 1;
}

/** Follows a message that was added or has changed. Returns whether what is loaded has changed. */
export function receive(thread: Thread, message: Message): boolean {
  if (thread.loading) keepNewer(thread.late, message);
  const [first, last] = [thread.messages[0], thread.messages.at(-1)];
  if (!thread.loaded || (first && message.seq < first.seq)) return false;
  if (thread.hasNewer && last && message.seq > last.seq) return false;
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

/** Takes loaded messages in, and what events have said of them or after them meanwhile. */
export function takeMessages(thread: Thread, { messages, replace, hasNewer }: Stretch): void {
  const all = new Map<Id, Message>();
  if (!replace) for (const message of thread.messages) all.set(message.id, message);
  for (const message of messages) keepNewer(all, message);
  thread.hasNewer = hasNewer ?? thread.hasNewer;
  const seqs = [...all.values()].map((message) => message.seq);
  const [oldest, newest] = [Math.min(...seqs), thread.hasNewer ? Math.max(...seqs) : Infinity];
  for (const message of thread.late.values()) {
    if (message.seq <= newest && (message.seq >= oldest || all.size === 0)) keepNewer(all, message);
  }
  thread.messages = [...all.values()].sort((one, other) => one.seq - other.seq);
  thread.loaded = true;
  thread.shown = null;
}

/** Nobody looks at it any more: its newest messages stay, ready for the next look. */
export function shorten(thread: Thread): void {
  if (thread.opened > 0 || thread.loading) return;
  if (thread.hasNewer) Object.assign(thread, { messages: [], loaded: false, hasNewer: false, shown: null });
  else if (thread.messages.length > KEPT_UNOPENED) Object.assign(thread, { messages: thread.messages.slice(-KEPT_UNOPENED), shown: null });
}

function keepNewer(all: Map<Id, Message>, message: Message): void {
  const there = all.get(message.id);
  if (!there || message.revision > there.revision) all.set(message.id, message);
}

/** What the interface reads of the store: frozen values, the same object until it changes. */

import type { Agent, Bot, Channel, Conversation, Id, Label, ListedView, ListFilter, SavedView, Team } from "../api/types";
import type { Counts, Pending, ThreadShown, WindowShown } from "./model";
import { newState, pendingOf, shownConversation, shownCounts, threadShown, type State } from "./state";
import { viewKey, windowShown } from "./windows";

const NOT_LOADED: WindowShown = { ids: [], loaded: false, complete: false, loading: false, error: null };

export class Reading {
  /** What is true; for this folder. */
  readonly state: State;
  protected countsShown: Counts | null = null;

  constructor(room?: number) {
    this.state = newState(room);
  }

  /** Whether there has been a snapshot, or what is kept of one. */
  get ready(): boolean {
    return this.state.me !== null;
  }
  /** What is shown was kept on an earlier day; the server has not answered yet. */
  get stale(): boolean {
    return this.state.stale;
  }
  get agents(): ReadonlyMap<Id, Agent> {
    return this.state.agents;
  }
  get teams(): ReadonlyMap<Id, Team> {
    return this.state.teams;
  }
  get channels(): ReadonlyMap<Id, Channel> {
    return this.state.channels;
  }
  get bots(): ReadonlyMap<Id, Bot> {
    return this.state.bots;
  }
  get labels(): ReadonlyMap<Id, Label> {
    return this.state.labels;
  }
  get savedViews(): ReadonlyMap<Id, SavedView> {
    return this.state.savedViews;
  }
  get notificationsUnread(): number {
    return this.state.notificationsUnread;
  }
  get counts(): Counts {
    return (this.countsShown ??= shownCounts(this.state));
  }

  conversation(id: Id): Conversation | undefined {
    return shownConversation(this.state, id);
  }

  view(name: ListedView, filter: ListFilter = {}): WindowShown {
    const window = this.state.windows.get(viewKey(name, filter));
    return window ? windowShown(window) : NOT_LOADED;
  }

  thread(conversationId: Id): ThreadShown {
    return threadShown(this.state, conversationId);
  }

  /** Everything of mine that the server has not confirmed, oldest first; of one conversation, or all. */
  pending(conversationId?: Id): readonly Pending[] {
    return conversationId === undefined ? [...this.state.pending.values()] : pendingOf(this.state, conversationId);
  }
}

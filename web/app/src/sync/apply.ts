/** The second way in for server truth: one event. No I/O; the same events on the same state give the same state. */

import type { ConversationChanged, Event } from "../api/events";
import type { ContactSummary, Id, SavedView } from "../api/types";
import {
  addMessage, dropConversation, isHeld, letGo, putConversation, recount, refresh, setRead, settle, type State,
} from "./state";

/** `applied`; `repeated`: known already, nothing done; `gap`: an event before it is missing; `stale`: load a snapshot. */
export type Outcome = "applied" | "repeated" | "gap" | "stale";

export function apply(state: State, event: Event): Outcome {
  if (event.seq <= state.seq) return "repeated";
  if (event.prev !== state.seq) return "gap";
  if (event.type === "rights_changed" && event.data.agent_id === state.me?.id) return "stale";
  state.seq = event.seq;
  take(state, event);
  settle(state);
  return "applied";
}

function take(state: State, event: Event): void {
  switch (event.type) {
    case "message_added":
    case "note_added":
    case "conversation_assigned":
    case "conversation_closed":
    case "conversation_reopened":
    case "conversation_labelled":
    case "conversation_snoozed":
    case "conversation_woken":
    case "conversation_prioritised":
    case "conversation_contact_changed":
    case "bot_moved":
    case "message_withdrawn":
      return conversationChanged(state, event.data);
    case "delivery_changed":
    case "message_changed":
      return addMessage(state, event.data.message);
    case "conversation_hidden":
      state.hidden.set(event.data.conversation_id, event.seq);
      recount(state, event.data.previous, null);
      return dropConversation(state, event.data.conversation_id);
    case "conversation_read":
      return setRead(state, event.data.conversation_id, event.data.inbound_count);
    case "contact_changed":
      return contactChanged(state, event.data.contact);
    case "identities_moved":
      return identitiesMoved(state, event.data.contact, event.data.identity_ids);
    case "label_removed":
      return labelRemoved(state, event.data.id);
    case "preferences_changed":
    case "notification_changed":
    case "notifications_read":
      return mineChanged(state, event);
    case "rights_changed":
    case "draft_changed": // drafts.ts
      return;
    default:
      return directoryChanged(state, event);
  }
}

function conversationChanged(state: State, { conversation, previous, messages }: ConversationChanged): void {
  const known = state.conversations.has(conversation.id);
  recount(state, previous, conversation);
  putConversation(state, previous ? conversation : { ...conversation, read_count: conversation.read_count ?? 0 });
  for (const message of messages) addMessage(state, message);
  if (!known && !isHeld(state, conversation.id)) letGo(state, conversation.id);
}

function contactChanged(state: State, contact: ContactSummary): void {
  state.contacts.set(contact.id, contact);
  state.changed.add("contacts").add(`contact:${contact.id}`);
  for (const id of state.owned.of(contact.id)) refresh(state, id);
}

function identitiesMoved(state: State, contact: ContactSummary, identities: readonly Id[]): void {
  state.contacts.set(contact.id, contact);
  state.changed.add("contacts").add("identities");
  for (const id of identities) state.moved.set(id, contact);
  for (const owner of [contact.id, ...identities]) for (const id of state.owned.of(owner)) refresh(state, id);
}

function labelRemoved(state: State, id: string): void {
  state.labels.delete(id);
  state.changed.add("labels");
  state.removedLabels.add(id);
  for (const conversation of state.conversations.values()) {
    if (conversation.labels.includes(id)) refresh(state, conversation.id);
  }
}

function mineChanged(state: State, event: Event): void {
  switch (event.type) {
    case "preferences_changed":
      if (state.me) state.me = { ...state.me, preferences: event.data.preferences };
      state.changed.add("me");
      return;
    case "notification_changed":
    case "notifications_read":
      state.notificationsUnread = event.data.unread;
      state.changed.add("notifications");
      return;
  }
}

/** One that its owner has taken back is no longer there for the others. */
function savedViewChanged(state: State, view: SavedView): void {
  if (view.scope === "everyone" || view.owner_id === state.me?.id) state.savedViews.set(view.id, view);
  else state.savedViews.delete(view.id);
  state.changed.add("saved-views");
}

function directoryChanged(state: State, event: Event): void {
  switch (event.type) {
    case "agent_changed": {
      const { agent } = event.data;
      state.agents.set(agent.id, agent);
      state.changed.add("agents");
      if (agent.id !== state.me?.id) return;
      state.me = { ...state.me, name: agent.name, email: agent.email };
      state.changed.add("me");
      return;
    }
    case "team_changed": {
      const { team } = event.data;
      const open_count = team.open_count ?? state.teams.get(team.id)?.open_count ?? 0;
      state.teams.set(team.id, { ...team, open_count });
      state.changed.add("teams");
      return;
    }
    case "team_removed":
      state.teams.delete(event.data.id);
      state.changed.add("teams");
      return;
    case "channel_changed":
      state.channels.set(event.data.channel.id, event.data.channel);
      state.changed.add("channels");
      return;
    case "channel_removed":
      state.channels.delete(event.data.id);
      state.changed.add("channels");
      return;
    case "bot_changed":
      state.bots.set(event.data.bot.id, event.data.bot);
      state.changed.add("bots");
      return;
    case "bot_removed":
      state.bots.delete(event.data.id);
      state.changed.add("bots");
      return;
    case "saved_view_changed":
      return savedViewChanged(state, event.data.saved_view);
    case "saved_view_removed":
      state.savedViews.delete(event.data.id);
      state.changed.add("saved-views");
      return;
    case "label_changed":
      state.labels.set(event.data.label.id, event.data.label);
      state.changed.add("labels");
      return;
  }
}

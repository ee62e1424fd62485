"""Every event: a past-tense fact about a workspace. The browser's `apply` and the hub know these and no others.

Payloads carry whole entities (their API shapes), so that applying one is an upsert by id and revision. Views and
counts follow from `previous` and `conversation` by `conversations.rules.view_of`, in Python and TypeScript alike.
"""

from typing import Final, Literal
from uuid import UUID

import msgspec

ConversationEvent = Literal[
    "message_added",  # data: ConversationChanged; a contact's, agent's or bot's message
    "note_added",  # data: ConversationChanged
    "conversation_assigned",  # data: ConversationChanged; picked, taken over, forwarded, returned to an Inbox
    "conversation_closed",  # data: ConversationChanged
    "conversation_reopened",  # data: ConversationChanged
    "conversation_labelled",  # data: ConversationChanged
    "conversation_snoozed",  # data: ConversationChanged
    "conversation_woken",  # data: ConversationChanged; its time has come, the customer wrote, or an agent said so
    "conversation_prioritised",  # data: ConversationChanged
    "conversation_contact_changed",  # data: ConversationChanged; its customer was merged with another contact, or separated
    "bot_moved",  # data: ConversationChanged; where the bot that handles it is: step, help, pause, suggestions
    "delivery_changed",  # data: MessageChanged
    "message_withdrawn",  # data: ConversationChanged; taken back before it was sent: its message is a line now
    "message_changed",  # data: MessageChanged (an attachment has arrived, a reaction, ...)
]
AgentEvent = Literal[  # to that agent alone
    "conversation_read",  # data: {conversation_id, inbound_count, message_seq}
    "preferences_changed",  # data: {preferences}  all of them; snapshot.me.preferences
    "notification_changed",  # data: {notification, unread}  snapshot.notifications.unread
    "notifications_read",  # data: {ids, unread}
    "draft_changed",  # data: {draft}  snapshot.drafts; revision 0: there is none now
]
WorkspaceEvent = Literal[
    "agent_changed",  # data: {agent}     snapshot.agents
    "team_changed",  # data: {team}      snapshot.teams
    "team_removed",  # data: {id}
    "channel_changed",  # data: {channel}   snapshot.channels
    "channel_removed",  # data: {id}
    "bot_changed",  # data: {bot}       snapshot.bots
    "bot_removed",  # data: {id}
    "label_changed",  # data: {label}     snapshot.labels
    "label_removed",  # data: {id}        and gone from every conversation
    "contact_changed",  # data: {contact}   (ContactSummary, with revision)
    "identities_moved",  # data: {contact, identity_ids}  merged or separated: conversations of these identities are now this contact's
    "saved_view_changed",  # data: {saved_view}  snapshot.saved_views; to its owner alone when its scope is "mine"
    "saved_view_removed",  # data: {id}
    "quick_reply_changed",  # data: {quick_reply}  to who may use it
    "quick_reply_deleted",  # data: {id}  to who could use it: deleted, or theirs no more
    "quick_replies_imported",  # data: {revision}  many changed: what one may use is loaded again
    "rights_changed",  # data: {agent_id}  that agent's sockets are told to resync
]
EventType = ConversationEvent | AgentEvent | WorkspaceEvent

# Sent by the hub in place of a conversation event, with its seq, to who saw the conversation before and no longer may.
CONVERSATION_HIDDEN: Final = "conversation_hidden"  # data: {conversation_id, previous: Place}


class Access(msgspec.Struct, frozen=True, omit_defaults=True):
    """What decides who may see a conversation: conversations.rules.may_see."""

    team_id: UUID | None = None
    agent_id: UUID | None = None  # the agent who handles it


class Audience(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who may see an event: everybody of the workspace, one agent, the members of a team, or who may see the conversation.

    `after` is set for conversation events; `before` too when it differed, so that those who lose sight are told.
    `note` is true for what a customer must never see, even in their own conversation.
    """

    kind: Literal["workspace", "agent", "team", "conversation"] = "workspace"
    agent_id: UUID | None = None
    team_id: UUID | None = None
    after: Access | None = None
    before: Access | None = None


class Actor(msgspec.Struct, frozen=True):
    """Who did it."""

    kind: Literal["contact", "agent", "bot", "system"]
    id: UUID | None
    name: str


SYSTEM: Final = Actor("system", None, "")

"""What agents are told of, as the API and the events show it, and the parts of others' events that it is made from. Pure."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from harken.people.model import Role

Kind = Literal["mention", "assigned", "taken_over", "message", "new_conversation"]
Way = Literal["app", "desktop", "sound", "push", "email"]
Every = Literal["off", "15m", "hourly", "daily"]


class Notification(msgspec.Struct, frozen=True):
    """One for each conversation and kind while it is unread; `count` of what it stands for, the newest of it named.

    `app`: whether the list shows it and the number beside the bell counts it.
    """

    id: UUID
    kind: Kind
    conversation_id: UUID
    message_id: UUID | None
    actor_name: str
    contact_name: str
    preview: str
    count: int
    created_at: datetime
    updated_at: datetime
    read: bool
    app: bool = True


class NotificationChanged(msgspec.Struct, frozen=True):
    """The data of the event `notification_changed`."""

    notification: Notification
    unread: int


class NotificationsRead(msgspec.Struct, frozen=True):
    """The data of the event `notifications_read`, and the answer to who has read."""

    ids: list[UUID]
    unread: int


class Recipient(msgspec.Struct, frozen=True):
    """An active agent, with what decides whether they are told, and how."""

    id: UUID
    role: Role
    team_ids: frozenset[UUID]
    preferences: dict[str, Any]


class Wish(msgspec.Struct, frozen=True):
    """Somebody is to be told of something. `agent_id` None: everybody who may see the conversation."""

    kind: Kind
    agent_id: UUID | None
    conversation_id: UUID
    message_id: UUID | None
    message_seq: int
    actor_id: UUID | None
    actor_name: str
    contact_name: str
    preview: str
    at: datetime
    count: int = 1


# The parts of conversation events that matter here. Fields that are not named are passed over.


class SeenAuthor(msgspec.Struct, frozen=True):
    kind: str
    id: UUID | None
    name: str


class SeenHandler(msgspec.Struct, frozen=True):
    kind: str
    id: UUID | None = None


class SeenPlace(msgspec.Struct, frozen=True):
    status: str
    handler: SeenHandler


class SeenContact(msgspec.Struct, frozen=True):
    name: str


class SeenConversation(msgspec.Struct, frozen=True):
    id: UUID
    status: str
    handler: SeenHandler
    contact: SeenContact
    address: str = ""


class SeenLine(msgspec.Struct, frozen=True):
    type: str
    target_kind: str = "none"
    target_id: UUID | None = None


class SeenAttachment(msgspec.Struct, frozen=True):
    name: str


class SeenMessage(msgspec.Struct, frozen=True):
    id: UUID
    seq: int
    kind: str
    direction: str
    author: SeenAuthor
    text: str
    attachments: list[SeenAttachment] = []
    line: SeenLine | None = None
    mentions: list[UUID] = []


class SeenChange(msgspec.Struct, frozen=True):
    conversation: SeenConversation
    previous: SeenPlace | None
    messages: list[SeenMessage]


class SeenRead(msgspec.Struct, frozen=True):
    conversation_id: UUID
    message_seq: int

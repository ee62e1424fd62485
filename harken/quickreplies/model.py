"""Quick Replies: prepared answers, of one agent, of a team or of everybody (R20, R21). Pure."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

Scope = Literal["mine", "team", "everyone"]


class QuickReplyFile(msgspec.Struct, frozen=True):
    """A file that goes with it. Its id may stand in a message's `attachment_ids` any number of times."""

    id: UUID
    name: str
    type: str
    size: int
    details: dict[str, Any]


class QuickReply(msgspec.Struct, frozen=True):
    """As the API shows it. Those with one shortcut in one scope are variants in different languages; null is any."""

    id: UUID
    scope: Scope
    owner_id: UUID | None
    team_id: UUID | None
    shortcut: str
    title: str
    body: str
    language: str | None
    attachments: list[QuickReplyFile]
    usage_count: int
    last_used_at: datetime | None
    revision: int
    created_at: datetime
    updated_at: datetime


class Wording(msgspec.Struct, frozen=True):
    """What is written and for whom: all of a Quick Reply that somebody decides."""

    shortcut: str
    body: str
    title: str = ""
    scope: Scope = "mine"
    team_id: UUID | None = None
    language: str | None = None
    attachment_ids: list[UUID] = []


class QuickReplies(msgspec.Struct, frozen=True):
    """What the snapshot says of those that the caller may use: whether a list that was loaded is still true."""

    count: int
    revision: int

"""What is asked and what is found. Pure. web/app/src/api/search.ts is the same."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from harken.conversations.model import Author, Handler

OperatorName = Literal["from", "channel", "has", "before", "after", "on", "in", "label", "team", "is"]


class Term(msgspec.Struct, frozen=True):
    """Words at their distances from the first; of a prefix, the last is how a word begins."""

    words: tuple[tuple[str, int], ...]
    prefix: bool = False
    negated: bool = False


class Operator(msgspec.Struct, frozen=True):
    name: OperatorName
    value: str
    negated: bool = False


class Question(msgspec.Struct, frozen=True):
    """A query as it was understood. `words`: its words without operators and quotes. `number`: perhaps a conversation's."""

    terms: tuple[Term, ...]
    operators: tuple[Operator, ...]
    words: str
    number: int | None


class Understood(msgspec.Struct, frozen=True):
    """An operator, as it was read."""

    name: str
    value: str


class MessageHit(msgspec.Struct, frozen=True):
    """`marks`: ranges of the excerpt that were found, in UTF-16 units."""

    message_id: UUID
    conversation_id: UUID
    kind: Literal["message", "note"]
    direction: Literal["in", "out", "none"]
    author: Author
    contact_name: str
    at: datetime
    excerpt: str
    marks: list[tuple[int, int]]
    attachment: Literal["image", "audio", "video", "file"] | None
    status: Literal["open", "closed"]
    handler: Handler
    team_id: UUID | None


class ConversationHit(msgspec.Struct, frozen=True):
    id: UUID
    number: int
    subject: str
    contact_name: str
    preview: str
    last_activity_at: datetime
    status: Literal["open", "closed"]
    handler: Handler
    team_id: UUID | None


class ContactHit(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    address: str


class SearchPage(msgspec.Struct, frozen=True):
    """Messages newest first; conversations and contacts on the first page alone. A page may hold fewer messages than were asked
    for, or none, and yet have a `next_cursor`: what was looked through in time ends there, and the search goes on behind it."""

    items: list[MessageHit]
    next_cursor: str | None
    conversations: list[ConversationHit]
    contacts: list[ContactHit]
    understood: list[Understood]

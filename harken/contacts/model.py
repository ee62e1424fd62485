"""Contacts and what belongs to them: identities, notes, merges. Pure."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec


class ContactSummary(msgspec.Struct, frozen=True):
    """The contact as it stands in a conversation and in event contact_changed. While it is blocked nobody can write to it."""

    id: UUID
    name: str
    revision: int
    blocked: bool = False


class Identity(msgspec.Struct, frozen=True):
    """An address of a contact on a connector."""

    id: UUID
    connector: str
    address: str
    display_name: str
    verified: bool


class Blocked(msgspec.Struct, frozen=True):
    """Since when nothing of the contact is let in, and who said so."""

    at: datetime
    by_id: UUID
    by_name: str


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """A contact as lists show it. `attributes`: text, number, boolean, or a date as YYYY-MM-DD. `last_activity_at`: of the
    conversations that the caller may see."""

    id: UUID
    name: str
    attributes: dict[str, Any]
    identities: list[Identity]
    label_ids: list[UUID]
    timezone: str
    language: str
    blocked: Blocked | None
    revision: int
    created_at: datetime
    last_activity_at: datetime | None


class Note(msgspec.Struct, frozen=True):
    """What colleagues should know of a contact. `changed_at`: when its text was last changed."""

    id: UUID
    author_id: UUID
    author_name: str
    text: str
    created_at: datetime
    changed_at: datetime | None


class Merge(msgspec.Struct, frozen=True):
    """A merge that can be taken back: whose identities this contact took."""

    id: UUID
    name: str
    address: str  # one of them, for a contact without a name
    by_name: str
    at: datetime


class ContactDetail(Contact, frozen=True, kw_only=True):
    """A contact as GET /api/contacts/{id} answers, with everything but conversations and files."""

    notes: list[Note]
    merges: list[Merge]


class Brought(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a merge added to the contact that stayed, and nothing that it had already."""

    name: str = ""
    timezone: str = ""
    language: str = ""
    attributes: dict[str, Any] = {}
    label_ids: list[UUID] = []
    blocked: bool = False


class ContactFile(msgspec.Struct, frozen=True):
    """A file that a contact sent or got. Its content: GET /files/{id}."""

    id: UUID
    name: str
    type: str
    size: int
    kind: Literal["image", "audio", "video", "file"]
    conversation_id: UUID
    message_id: UUID
    created_at: datetime

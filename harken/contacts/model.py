"""Contacts and their identities. Pure."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec


class ContactSummary(msgspec.Struct, frozen=True):
    """The contact as it stands in a conversation and in event contact_changed."""

    id: UUID
    name: str
    revision: int


class Identity(msgspec.Struct, frozen=True):
    """An address of a contact on a connector."""

    id: UUID
    connector: str
    address: str
    display_name: str
    verified: bool


class Contact(msgspec.Struct, frozen=True):
    """A contact as GET /api/contacts/{id} answers."""

    id: UUID
    name: str
    attributes: dict[str, Any]
    identities: list[Identity]
    revision: int
    created_at: datetime

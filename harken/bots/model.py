"""Bots as the API shows them, and the rows that the machine works with. Pure."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from harken.bots.protocol import Button
from harken.conversations.bots import Limits, Phase

State = Literal["on", "paused", "removed"]
Mode = Literal["live", "approve", "shadow"]

# Why a conversation goes from a bot to people; a bot's own hand-off says why in its own words beside `bot`.
HandOffReason = Literal[
    "asked", "missed", "repeated", "turns", "loop", "timeout", "error", "garbage", "unreachable", "attachment", "bot",
    "paused", "waiting", "idle", "misconfigured",
]  # fmt: skip


class Disclosure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the first message of a conversation begins with. `texts`: by language, in place of Harken's own words.

    A bot whose answers a model writes says it whatever `on` is.
    """

    on: bool = True
    texts: dict[str, str] = {}


class Bot(msgspec.Struct, frozen=True):
    """A bot as its admins see it; secrets are never in it."""

    id: UUID
    name: str
    kind: str
    state: Literal["on", "paused"]
    mode: Mode
    version: int
    settings: dict[str, Any]
    secret_names: list[str]
    limits: Limits
    channel_ids: list[UUID]
    disclosure: Disclosure
    handling: int  # conversations
    away_until: datetime | None  # it failed too often in a row, and is left alone until then
    failed_text: str
    created_at: datetime
    token: str | None = None  # of the bot API, once
    secrets: dict[str, str] | None = None  # those made or changed now, once
    secret: str | None = None  # of a webhook, once


class BotRow(msgspec.Struct, frozen=True):
    """A bot as the machine sees it."""

    id: UUID
    workspace_id: UUID
    name: str
    kind: str
    state: State
    mode: Mode
    version: int
    limits: Limits
    channel_ids: list[UUID]
    disclosure: Disclosure
    failures: int
    away_until: datetime | None


class Lease(msgspec.Struct, frozen=True):
    """See conversations/bots.py."""

    conversation_id: UUID
    bot_id: UUID
    epoch: int
    version: int
    timeout_seconds: int
    phase: Phase
    deadline: datetime
    asked_seq: int
    state: dict[str, Any]
    misses: int
    said: list[str]
    choices: list[Button]
    instructions: list[str]
    held: dict[str, Any]
    started_at: datetime


class TurnRow(msgspec.Struct, frozen=True):
    """A claimed turn. `attempt`: 1 for the first."""

    id: UUID
    workspace_id: UUID
    conversation_id: UUID
    bot_id: UUID
    epoch: int
    type: Literal["conversation_started", "message_added", "conversation_taken_over", "conversation_closed"]
    shadow: bool
    attempt: int
    created_at: datetime

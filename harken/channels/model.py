"""Channels. Pure."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec

from harken.port.capabilities import Capabilities


class Health(msgspec.Struct, frozen=True):
    state: Literal["unknown", "ok", "failing"]
    text: str
    at: datetime | None


class Channel(msgspec.Struct, frozen=True):
    """A channel (snapshot.channels, event channel_changed). Secrets are never in it; settings are for admins only."""

    id: UUID
    name: str
    connector: str
    team_id: UUID | None
    active: bool
    capabilities: Capabilities
    health: Health


class ChannelBot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The bot that answers: every new conversation, those outside business hours, or only what it is given. `timeout_seconds`:
    in place of the bot's own; left out of a change it stays as it is for this bot, null is none."""

    id: UUID
    when: Literal["always", "outside_hours", "delegated"] = "always"
    timeout_seconds: Annotated[int, msgspec.Meta(ge=1, le=300)] | msgspec.UnsetType | None = msgspec.UNSET


class ChannelDetail(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an admin gets from GET/POST/PATCH /api/channels/{id}. `secrets`: once, those generated or changed now."""

    id: UUID
    name: str
    connector: str
    team_id: UUID | None
    active: bool
    capabilities: Capabilities
    health: Health
    settings: dict[str, Any]
    secret_names: list[str]  # which secret settings are set
    webhook_url: str
    reopen_hours: int
    retention_days: int | None
    bot: ChannelBot | None = None
    secret: str | None = None  # the connector `api`: its generated secret, once
    secrets: dict[str, str] | None = None
    embed_code: str | None = None  # the connector `webchat`

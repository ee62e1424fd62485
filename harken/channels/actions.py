"""What admins do about channels: make, change, take away, test. Secrets go in sealed and come out only once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import asyncpg
import msgspec

from harken.channels.model import Channel, ChannelBot
from harken.channels.settings import check_settings
from harken.channels.store import Q, get_record, save_health
from harken.channels.wire import channel_from, open_secrets, seal_secrets
from harken.events.log import Writer, writing
from harken.events.types import SYSTEM, Actor, Audience
from harken.kit.clock import Clock
from harken.kit.db import Database, Tx
from harken.kit.errors import Invalid
from harken.kit.ids import new_id
from harken.kit.text import one_line
from harken.people.model import Caller
from harken.port.connector import Connector
from harken.port.services import Services

_LONGEST_NAME = 80


class NewChannel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    connector: str
    team_id: UUID | None = None
    settings: dict[str, Any] = {}
    reopen_hours: int = 24
    retention_days: int | None = None
    bot: ChannelBot | None = None


class ChannelPatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is left out stays; `settings` are merged name by name."""

    name: str | msgspec.UnsetType = msgspec.UNSET
    team_id: UUID | msgspec.UnsetType | None = msgspec.UNSET
    settings: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET
    active: bool | msgspec.UnsetType = msgspec.UNSET
    reopen_hours: int | msgspec.UnsetType = msgspec.UNSET
    retention_days: int | msgspec.UnsetType | None = msgspec.UNSET
    bot: ChannelBot | msgspec.UnsetType | None = msgspec.UNSET


async def create_channel(w: Writer, services: Services, caller: Caller, new: NewChannel) -> tuple[UUID, dict[str, str]]:
    """The channel's id and the generated secrets. Raises Forbidden, Invalid."""
    caller.require("admin")
    connector = services.connectors.get(new.connector)
    if connector is None:
        raise Invalid(("connector", "unknown_connector"))
    name = _checked_name(new.name)
    await _check_rules(w.tx, w.workspace_id, new.team_id, new.reopen_hours, new.retention_days)
    checked = check_settings(connector, new.settings, {}, {})
    channel_id, now = new_id(), services.clock.now()
    await Q.run(
        w.tx, "insert_channel", id=channel_id, workspace_id=w.workspace_id, connector=new.connector, name=name,
        team_id=new.team_id, settings=checked.settings, sealed=seal_secrets(services.sealer, checked.secrets),
        reopen_hours=new.reopen_hours, retention_days=new.retention_days, now=now,
    )  # fmt: skip
    if new.bot is not None:
        await _bind_bot(w, channel_id, new.bot, None)
    await _announce(w, services.connectors, channel_id, _actor(caller), now)
    return channel_id, checked.shown


async def change_channel(
    w: Writer, services: Services, caller: Caller, channel_id: UUID, patch: ChannelPatch
) -> dict[str, str]:
    """Returns the secrets that were made anew. Raises Forbidden, NotFound, Invalid."""
    caller.require("admin")
    record = await get_record(w.tx, w.workspace_id, channel_id)
    row: dict[str, Any] = {
        field: record[field] if isinstance(value, msgspec.UnsetType) else value
        for field in ("name", "team_id", "active", "reopen_hours", "retention_days")
        for value in (getattr(patch, field),)
    }
    row["name"] = _checked_name(row["name"])
    await _check_rules(w.tx, w.workspace_id, row["team_id"], row["reopen_hours"], row["retention_days"])
    settings, sealed, shown = record["settings"], record["sealed"], {}
    if not isinstance(patch.settings, msgspec.UnsetType):
        connector = services.connectors.get(record["connector"])
        if connector is None:
            raise Invalid(("connector", "unknown_connector"))
        checked = check_settings(connector, patch.settings, settings, open_secrets(services.sealer, sealed))
        settings, sealed, shown = checked.settings, seal_secrets(services.sealer, checked.secrets), checked.shown
    await Q.run(
        w.tx, "save_channel", workspace_id=w.workspace_id, id=channel_id, settings=settings, sealed=sealed, **row
    )  # fmt: skip
    if not isinstance(patch.bot, msgspec.UnsetType):
        await _bind_bot(w, channel_id, patch.bot, record)
    await _announce(w, services.connectors, channel_id, _actor(caller), services.clock.now())
    return shown


async def _bind_bot(w: Writer, channel_id: UUID, bot: ChannelBot | None, before: asyncpg.Record | None) -> None:
    """Whose conversations are the bot's already stay so. Raises Invalid."""
    if bot and not await Q.value(w.tx, "bot_exists", workspace_id=w.workspace_id, id=bot.id):
        raise Invalid(("bot.id", "unknown"))
    seconds = bot.timeout_seconds if bot else None
    if isinstance(seconds, msgspec.UnsetType):
        kept = before is not None and bot is not None and before["bot_id"] == bot.id
        seconds = before["bot_timeout_seconds"] if before and kept else None
    await Q.run(
        w.tx, "bind_bot", workspace_id=w.workspace_id, id=channel_id, bot_id=bot.id if bot else None,
        bot_when=bot.when if bot else "always", bot_timeout_seconds=seconds,
    )  # fmt: skip


async def remove_channel(w: Writer, services: Services, caller: Caller, channel_id: UUID) -> Literal["removed", "kept"]:
    """`kept`: it had conversations, so that it was only deactivated. Raises Forbidden, NotFound."""
    caller.require("admin")
    await get_record(w.tx, w.workspace_id, channel_id)
    now = services.clock.now()
    if await Q.value(w.tx, "has_conversations", workspace_id=w.workspace_id, id=channel_id):
        await Q.run(w.tx, "deactivate_channel", workspace_id=w.workspace_id, id=channel_id)
        await _announce(w, services.connectors, channel_id, _actor(caller), now)
        return "kept"
    await Q.run(w.tx, "delete_channel", workspace_id=w.workspace_id, id=channel_id)
    w.append("channel_removed", {"id": channel_id}, actor=_actor(caller), audience=Audience(), at=now)
    return "removed"


async def record_health(
    db: Database, clock: Clock, connectors: Mapping[str, Connector], workspace_id: UUID, channel_id: UUID,
    ok: bool, text: str,
) -> Channel | None:  # fmt: skip
    """Stores what a test, listener or send found out, and tells everybody when it is news; None when it is gone."""
    clean = one_line(text, 500)
    now = clock.now()
    async with db.connection() as connection:
        record = await Q.row(connection, "find_channel", workspace_id=workspace_id, id=channel_id)
        if record is None:
            return None
        if (record["health_state"], record["health_text"]) == ("ok" if ok else "failing", clean):
            await save_health(connection, workspace_id, channel_id, ok, clean, now)
            return channel_from(record, connectors)
    async with writing(db, workspace_id) as w:
        await save_health(w.tx, workspace_id, channel_id, ok, clean, now)
        return await _announce(w, connectors, channel_id, SYSTEM, now)


async def _announce(
    w: Writer, connectors: Mapping[str, Connector], channel_id: UUID, actor: Actor, at: datetime
) -> Channel:
    channel = channel_from(await get_record(w.tx, w.workspace_id, channel_id), connectors)
    w.append("channel_changed", {"channel": channel}, actor=actor, audience=Audience(), at=at)
    return channel


async def _check_rules(
    tx: Tx, workspace_id: UUID, team_id: UUID | None, reopen_hours: int, retention_days: int | None
) -> None:
    if team_id is not None and not await Q.value(tx, "team_exists", workspace_id=workspace_id, id=team_id):
        raise Invalid(("team_id", "unknown_team"))
    if not 0 <= reopen_hours <= 8760:
        raise Invalid(("reopen_hours", "out_of_range"))
    if retention_days is not None and not 1 <= retention_days <= 36_500:
        raise Invalid(("retention_days", "out_of_range"))


def _checked_name(name: str) -> str:
    clean = one_line(name, _LONGEST_NAME + 1)
    if not clean:
        raise Invalid(("name", "required"))
    if len(clean) > _LONGEST_NAME:
        raise Invalid(("name", "too_long"))
    return clean


def _actor(caller: Caller) -> Actor:
    return Actor("agent", caller.agent_id, caller.name)

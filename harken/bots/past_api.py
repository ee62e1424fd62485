"""What a bot was and what it would have said, for admins: its versions, the way back to one, its shadow answers."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import get, post

from harken.bots import setup, store
from harken.bots.model import Bot
from harken.events.log import writing
from harken.events.types import Actor
from harken.kit.errors import NotFound
from harken.people.model import Caller
from harken.port.services import Services

_ONE = "/api/bots/{bot_id:uuid}"
_MOST = 100


class BotVersion(msgspec.Struct, frozen=True):
    """`changed`: the settings by name that are not as in the version before. `same_as`: an earlier version that it equals."""

    version: int
    created_by: UUID | None
    created_at: datetime
    changed: list[str]
    same_as: int | None


class VersionPage(msgspec.Struct, frozen=True):
    items: list[BotVersion]
    next_cursor: str | None = None


class BotVersionDetail(msgspec.Struct, frozen=True):
    version: int
    settings: dict[str, Any]
    created_by: UUID | None
    created_at: datetime


class Happened(msgspec.Struct, frozen=True):
    """A message, or by `line` that the conversation was closed or handed off."""

    author: Actor
    text: str
    line: str | None
    at: datetime


class ShadowAnswer(msgspec.Struct, frozen=True):
    """What a bot would have said after the `message_seq`-th entry of a conversation. `outcome`: as a bot gives it. `asked`: what
    the customer had written. `really`: what was said and done then, until the customer wrote again."""

    id: UUID
    bot_id: UUID
    version: int
    conversation_id: UUID
    conversation_number: int
    contact_name: str
    message_seq: int
    asked: str
    outcome: dict[str, Any] | None
    error: str | None
    really: list[Happened]
    took_ms: int
    created_at: datetime


class ShadowPage(msgspec.Struct, frozen=True):
    items: list[ShadowAnswer]
    next_cursor: str | None = None


@get(_ONE + "/versions", tags=["bots"])
async def get_bot_versions(
    services: Services, caller: Caller, bot_id: UUID, limit: int = 50, cursor: int | None = None
) -> VersionPage:
    """What it was, the newest first. For admins."""
    caller.require("admin")
    most = max(1, min(limit, _MOST))
    async with services.db.connection() as connection:
        await setup.get_record(connection, caller.workspace_id, bot_id)
        rows = await store.Q.rows(
            connection, "list_versions", workspace_id=caller.workspace_id, bot_id=bot_id, before=cursor, limit=most
        )
    last = rows[-1]["version"] if len(rows) == most else 1
    return VersionPage([BotVersion(**dict(row)) for row in rows], str(last) if last > 1 else None)


@get(_ONE + "/versions/{version:int}", tags=["bots"])
async def get_bot_version(services: Services, caller: Caller, bot_id: UUID, version: int) -> BotVersionDetail:
    """All that it was set to then, but for secrets. For admins."""
    caller.require("admin")
    async with services.db.connection() as connection:
        await setup.get_record(connection, caller.workspace_id, bot_id)
        row = await store.Q.row(
            connection, "find_version_details", workspace_id=caller.workspace_id, bot_id=bot_id, version=version
        )
    if row is None:
        raise NotFound("no such version of the bot")
    return BotVersionDetail(**dict(row))


@post(_ONE + "/versions/{version:int}/restore", tags=["bots"], status_code=200)
async def restore_bot_version(services: Services, caller: Caller, bot_id: UUID, version: int) -> Bot:
    """A new version like that one; conversations go on with the one that they began with. For admins."""
    caller.require("admin")
    async with writing(services.db, caller.workspace_id) as w:
        await setup.restore_version(w, caller, bot_id, version, services.clock.now())
        row = await setup.get_record(w.tx, w.workspace_id, bot_id)
    return setup.detail_from(row, services.sealer)


@get(_ONE + "/shadow", tags=["bots"])
async def get_bot_shadow(
    services: Services, caller: Caller, bot_id: UUID, limit: int = 50, cursor: UUID | None = None
) -> ShadowPage:
    """What it would have said in shadow mode, beside what really happened; the newest first. For admins."""
    caller.require("admin")
    most = max(1, min(limit, _MOST))
    async with services.db.connection() as connection:
        await setup.get_record(connection, caller.workspace_id, bot_id)
        rows = await store.Q.rows(
            connection, "list_shadow", workspace_id=caller.workspace_id, bot_id=bot_id, before=cursor, limit=most
        )
    items = [msgspec.convert(dict(row), ShadowAnswer) for row in rows]
    return ShadowPage(items, str(rows[-1]["id"]) if len(rows) == most else None)


ROUTES = [get_bot_versions, get_bot_version, restore_bot_version, get_bot_shadow]

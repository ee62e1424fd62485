"""Channels as rows."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import asyncpg

from harken.channels.model import Channel
from harken.channels.wire import channel_from
from harken.kit.db import Tx, queries_beside
from harken.kit.errors import NotFound
from harken.port.connector import Connector

Q = queries_beside(__file__)


async def list_channels(tx: Tx, workspace_id: UUID, connectors: Mapping[str, Connector]) -> list[Channel]:
    """Every channel of the workspace, the deactivated too, by name."""
    rows = await Q.rows(tx, "list_channels", workspace_id=workspace_id)
    return [channel_from(row, connectors) for row in rows]


async def get_record(tx: Tx, workspace_id: UUID, channel_id: UUID) -> asyncpg.Record:
    """Raises NotFound."""
    row = await Q.row(tx, "find_channel", workspace_id=workspace_id, id=channel_id)
    if row is None:
        raise NotFound("no such channel")
    return row


async def get_channel(tx: Tx, workspace_id: UUID, channel_id: UUID, connectors: Mapping[str, Connector]) -> Channel:
    """Raises NotFound."""
    return channel_from(await get_record(tx, workspace_id, channel_id), connectors)


async def save_health(tx: Tx, workspace_id: UUID, channel_id: UUID, ok: bool, text: str, at: datetime) -> None:
    """`text` is shown to admins: no secrets."""
    state = "ok" if ok else "failing"
    await Q.run(tx, "save_health", workspace_id=workspace_id, id=channel_id, state=state, text=text[:500], at=at)

"""Quick Replies that may be said in a channel's name without an agent: those of everyone, and of the channel's team."""

from pathlib import Path
from uuid import UUID

import msgspec

from harken.kit.db import Queries, Tx

_Q = Queries(Path(__file__).with_suffix(".sql"))


class Prepared(msgspec.Struct, frozen=True):
    id: UUID
    shortcut: str
    title: str
    body: str
    language: str | None
    attachment_ids: list[UUID]


async def state_of_channel(tx: Tx, workspace_id: UUID, channel_id: UUID) -> tuple[int, int]:
    """Changes whenever what `list_of_channel` answers does, but for the order."""
    row = await _Q.row(tx, "state_of_channel", workspace_id=workspace_id, channel_id=channel_id)
    assert row is not None
    return row["count"], row["revision"]


async def list_of_channel(tx: Tx, workspace_id: UUID, channel_id: UUID, limit: int) -> list[Prepared]:
    """The most used first."""
    rows = await _Q.rows(tx, "list_of_channel", workspace_id=workspace_id, channel_id=channel_id, limit=limit)
    return [Prepared(*row) for row in rows]

"""Rows of saved views. Private to this domain, but for `list_usable`."""

from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from harken.kit.db import Tx, queries_beside
from harken.kit.errors import NotFound
from harken.people.model import Caller
from harken.savedviews.model import ListFilter, SavedView
from harken.savedviews.rules import may_use

_Q = queries_beside(__file__)


async def list_usable(tx: Tx, caller: Caller) -> list[SavedView]:
    """The caller's own and everybody's, in the order in which they are shown."""
    rows = await _Q.rows(tx, "list_usable", workspace_id=caller.workspace_id, agent_id=caller.agent_id)
    return [_saved_view_from(row) for row in rows]


async def get_usable(tx: Tx, caller: Caller, saved_view_id: UUID) -> SavedView:
    """Raises NotFound, also for somebody else's own."""
    row = await _Q.row(tx, "find_saved_view", workspace_id=caller.workspace_id, id=saved_view_id)
    saved = _saved_view_from(row) if row else None
    if saved is None or not may_use(caller, saved):
        raise NotFound
    return saved


async def count_owned(tx: Tx, caller: Caller) -> int:
    return await _Q.value(tx, "count_owned", workspace_id=caller.workspace_id, owner_id=caller.agent_id)


async def insert_saved_view(tx: Tx, workspace_id: UUID, saved: SavedView, at: datetime) -> None:
    await _Q.run(
        tx, "insert_saved_view", workspace_id=workspace_id, id=saved.id, owner_id=saved.owner_id, scope=saved.scope,
        name=saved.name, view=saved.view, filter=saved.filter, position=saved.position, at=at,
    )  # fmt: skip


async def update_saved_view(tx: Tx, workspace_id: UUID, saved: SavedView, at: datetime) -> None:
    await _Q.run(
        tx, "update_saved_view", workspace_id=workspace_id, id=saved.id, scope=saved.scope, name=saved.name,
        view=saved.view, filter=saved.filter, position=saved.position, at=at,
    )  # fmt: skip


async def delete_saved_view(tx: Tx, workspace_id: UUID, saved_view_id: UUID) -> None:
    await _Q.run(tx, "delete_saved_view", workspace_id=workspace_id, id=saved_view_id)


def _saved_view_from(r: asyncpg.Record) -> SavedView:
    narrowed = msgspec.convert(r["filter"], ListFilter)
    return SavedView(r["id"], r["name"], r["scope"], r["owner_id"], r["view"], narrowed, r["position"])

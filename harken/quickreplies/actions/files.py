"""The files of Quick Replies: their content is stored once, and every message that takes one gets a row of its own."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from harken.kit.db import Tx
from harken.kit.errors import Invalid
from harken.kit.ids import new_id
from harken.people.model import Caller
from harken.quickreplies.store import Q


async def take_files(tx: Tx, caller: Caller, quick_reply_id: UUID, file_ids: Sequence[UUID]) -> list[UUID]:
    """Makes these the files of a Quick Reply, in order, and lets go of others; what is not its own yet is copied by
    reference. Returns the ids they have there. Raises Invalid for what the caller may not read."""
    rows = await _sources(tx, caller, file_ids)
    if any(id not in rows for id in file_ids):
        raise Invalid(("attachment_ids", "unknown"))
    kept: list[UUID] = []
    for id in file_ids:
        own = rows[id]["quick_reply_id"] == quick_reply_id
        kept.append(id if own else await _copy(tx, caller, rows[id], quick_reply_id=quick_reply_id))
    await Q.run(
        tx, "delete_other_files", workspace_id=caller.workspace_id, quick_reply_id=quick_reply_id, ids=kept
    )  # fmt: skip
    return kept


async def copies_for_sending(tx: Tx, caller: Caller, file_ids: Sequence[UUID]) -> list[UUID]:
    """The same ids, with those of Quick Replies' files replaced by fresh uploads of the caller that a message may take."""
    rows = await _sources(tx, caller, file_ids)
    return [
        await _copy(tx, caller, rows[id], quick_reply_id=None) if id in rows and rows[id]["quick_reply_id"] else id
        for id in file_ids
    ]


async def _sources(tx: Tx, caller: Caller, file_ids: Sequence[UUID]) -> dict[UUID, asyncpg.Record]:
    if not file_ids:
        return {}
    rows = await Q.rows(
        tx, "list_sources", workspace_id=caller.workspace_id, ids=list(file_ids), agent_id=caller.agent_id,
        sees_all=caller.sees_all, team_ids=list(caller.team_ids),
    )  # fmt: skip
    return {row["id"]: row for row in rows}


async def _copy(tx: Tx, caller: Caller, row: asyncpg.Record, *, quick_reply_id: UUID | None) -> UUID:
    id = new_id()
    await Q.run(
        tx, "insert_file", id=id, workspace_id=caller.workspace_id,
        uploaded_by=None if quick_reply_id else caller.agent_id, name=row["name"], type=row["type"], size=row["size"],
        digest=row["digest"], details=row["details"], quick_reply_id=quick_reply_id,
    )  # fmt: skip
    return id

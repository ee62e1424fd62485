"""Rows of bots, leases and turns. Private to this folder."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from harken.bots.brains import BotConfig
from harken.bots.model import BotRow, Lease, TurnRow
from harken.channels.wire import open_secrets
from harken.kit.crypto import Sealer
from harken.kit.db import Tx, queries_beside
from harken.kit.errors import NotFound

Q = queries_beside(__file__)


def bot_from(record: asyncpg.Record) -> BotRow:
    return msgspec.convert({name: record[name] for name in BotRow.__struct_fields__}, BotRow)


async def get_bot(tx: Tx, workspace_id: UUID, bot_id: UUID) -> BotRow:
    """Raises NotFound."""
    row = await Q.row(tx, "find_bot", workspace_id=workspace_id, id=bot_id)
    if row is None:
        raise NotFound("no such bot")
    return bot_from(row)


async def get_config(tx: Tx, sealer: Sealer, bot: BotRow, version: int) -> BotConfig:
    """Raises NotFound."""
    row = await Q.row(tx, "find_version", workspace_id=bot.workspace_id, bot_id=bot.id, version=version)
    if row is None:
        raise NotFound("no such version of the bot")
    secrets = open_secrets(sealer, row["sealed"])
    return BotConfig(bot.id, bot.workspace_id, bot.name, bot.kind, version, row["settings"], secrets)


async def find_lease(tx: Tx, workspace_id: UUID, conversation_id: UUID) -> Lease | None:
    row = await Q.row(tx, "find_lease", workspace_id=workspace_id, conversation_id=conversation_id)
    return msgspec.convert(dict(row), Lease) if row else None


async def save_lease(tx: Tx, workspace_id: UUID, lease: Lease) -> None:
    await Q.run(
        tx, "save_lease", workspace_id=workspace_id, conversation_id=lease.conversation_id, epoch=lease.epoch,
        phase=lease.phase, deadline=lease.deadline, asked_seq=lease.asked_seq, state=lease.state, misses=lease.misses,
        said=lease.said, choices=lease.choices, instructions=lease.instructions, held=lease.held,
    )  # fmt: skip


async def claim_turns(tx: Tx, now: datetime, limit: int) -> list[TurnRow]:
    """Raises asyncpg.UniqueViolationError when another process took one of the same conversation just now."""
    rows = await Q.rows(tx, "claim_turns", now=now, limit=limit)
    return [TurnRow(**dict(row)) for row in rows]


async def end_turn(tx: Tx, turn: TurnRow) -> bool:
    """False when it is another worker's by now: what this one found is dropped."""
    return await Q.run(tx, "end_turn", workspace_id=turn.workspace_id, id=turn.id, attempt=turn.attempt) > 0


async def put_off(tx: Tx, turn: TurnRow, run_at: datetime, *, counts: bool) -> bool:
    """Asked again at `run_at`, in a transaction; `counts`: it was an attempt."""
    await Q.run(tx, "merge_turns", workspace_id=turn.workspace_id, id=turn.id, attempt=turn.attempt)
    attempt = turn.attempt if counts else turn.attempt - 1
    return await Q.run(
        tx, "put_off_turn", workspace_id=turn.workspace_id, id=turn.id, attempt=turn.attempt, next_attempt=attempt,
        run_at=run_at,
    ) > 0  # fmt: skip


async def has_due_turn(tx: Tx, workspace_id: UUID, conversation_id: UUID, epoch: int) -> bool:
    return await Q.value(tx, "has_due_turn", workspace_id=workspace_id, conversation_id=conversation_id, epoch=epoch)


async def last_said(tx: Tx, workspace_id: UUID, conversation_id: UUID) -> int:
    return await Q.value(tx, "last_said", workspace_id=workspace_id, conversation_id=conversation_id)


async def count_said(tx: Tx, workspace_id: UUID, conversation_id: UUID, since: datetime) -> tuple[int, int]:
    """How many messages of bots there are since a time, and in all."""
    row = await Q.row(tx, "count_said", workspace_id=workspace_id, conversation_id=conversation_id, since=since)
    assert row is not None
    return row["lately"], row["ever"]


async def find_scene(tx: Tx, workspace_id: UUID, conversation_id: UUID) -> dict[str, Any] | None:
    row = await Q.row(tx, "find_scene", workspace_id=workspace_id, id=conversation_id)
    return dict(row) if row else None

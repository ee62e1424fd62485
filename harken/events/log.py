"""The event log: append in the transaction of the change, read since a seq.

`writing` is how every change begins: it opens the transaction and locks the workspace's sequence row first, so that
the order of seq is the order of commit, with no gap.
"""

import contextlib
from collections.abc import AsyncGenerator
from datetime import datetime
from uuid import UUID

import msgspec

from harken.events.types import Actor, Audience, EventType
from harken.kit.db import Database, Tx, queries_beside
from harken.kit.errors import NotFound

_Q = queries_beside(__file__)
_encoder = msgspec.json.Encoder()


class Event(msgspec.Struct, frozen=True):
    """One row of the log; `actor` and `payload` are JSON text."""

    workspace_id: UUID
    seq: int
    type: str
    conversation_id: UUID | None
    audience: Audience
    actor: str
    payload: str
    at: datetime


class Writer:
    """A transaction that holds the workspace's sequence row. Actions take it first and append what happened."""

    def __init__(self, tx: Tx, workspace_id: UUID, seq: int, conversation_number: int) -> None:
        self.tx = tx
        self.workspace_id = workspace_id
        self._seq = seq
        self._number = conversation_number
        self._events: list[tuple[object, ...]] = []

    @property
    def revision(self) -> int:
        """The seq that the next appended event will have: the revision of what it changes."""
        return self._seq + 1

    def next_conversation_number(self) -> int:
        self._number += 1
        return self._number

    def append(
        self,
        type: EventType,
        data: object,
        *,
        actor: Actor,
        audience: Audience,
        at: datetime,
        conversation_id: UUID | None = None,
    ) -> int:
        """Adds an event; returns its seq. `data` is a struct or mapping that msgspec encodes: the API shape."""
        self._seq += 1
        self._events.append((
            self.workspace_id, self._seq, type, conversation_id, msgspec.to_builtins(audience),
            _encoder.encode(actor).decode(), _encoder.encode(data).decode(), at,
        ))  # fmt: skip
        return self._seq

    async def flush(self) -> None:
        """Writes the events and the sequence row; `writing` calls it before the commit."""
        await self.tx.executemany(_Q.sql["insert_event"], self._events)
        await _Q.run(self.tx, "save_sequence", workspace_id=self.workspace_id, seq=self._seq, number=self._number)


@contextlib.asynccontextmanager
async def writing(db: Database, workspace_id: UUID) -> AsyncGenerator[Writer, None]:
    """One writing transaction of a workspace. Raises NotFound for an unknown workspace."""
    async with db.tx() as tx:
        writer = await lock(tx, workspace_id)
        yield writer
        await writer.flush()
    db.hint(workspace_id)


async def lock(tx: Tx, workspace_id: UUID) -> Writer:
    """Locks the sequence row in a transaction that is open already; the caller flushes, commits and hints."""
    row = await _Q.row(tx, "lock_sequence", workspace_id=workspace_id)
    if row is None:
        raise NotFound("no such workspace")
    return Writer(tx, workspace_id, row["seq"], row["conversation_number"])


async def last_seq(tx: Tx, workspace_id: UUID) -> int:
    """The seq of the newest committed event; 0 when there is none."""
    return int(await _Q.value(tx, "last_seq", workspace_id=workspace_id) or 0)


async def oldest_seq(tx: Tx, workspace_id: UUID) -> int | None:
    """The oldest seq that the log still holds; None when it is empty."""
    return await _Q.value(tx, "oldest_seq", workspace_id=workspace_id)


async def read_since(tx: Tx, workspace_id: UUID, seq: int, limit: int) -> list[Event]:
    """At most `limit` events after `seq`, oldest first."""
    rows = await _Q.rows(tx, "list_since", workspace_id=workspace_id, seq=seq, limit=limit)
    return [
        Event(
            r["workspace_id"], r["seq"], r["type"], r["conversation_id"],
            msgspec.convert(r["audience"], Audience), r["actor"], r["payload"], r["at"],
        )
        for r in rows
    ]  # fmt: skip

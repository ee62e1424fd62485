"""Stored receipts: listed for an operator, and taken again through the path that takes new items."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec
import structlog

from harken.events.log import writing
from harken.kit.blobs import Blobs
from harken.kit.clock import Clock
from harken.kit.db import Database, Tx, queries_beside
from harken.kit.errors import NotFound
from harken.kit.text import storable
from harken.pipeline.arrivals import prepare
from harken.pipeline.ingest import UNREACHABLE
from harken.pipeline.writing import Outcome, write_replay
from harken.port.connector import Connector
from harken.port.messages import ChannelConfig, RawItem

_Q = queries_beside(__file__)
_log = structlog.get_logger(__name__)


class Directory(Protocol):
    """Where active channels are looked up (channels.directory)."""

    async def get(self, channel_id: UUID) -> tuple[str, ChannelConfig] | None: ...


class ReceiptRow(msgspec.Struct, frozen=True):
    """A receipt as an operator sees it, without its body."""

    id: UUID
    channel_id: UUID
    dedupe_key: str
    received_at: datetime
    outcome: str
    error: str | None
    replayed_at: datetime | None
    size: int


async def list_receipts(
    tx: Tx, workspace_id: UUID, outcome: str, *, limit: int, before: UUID | None
) -> list[ReceiptRow]:
    rows = await _Q.rows(tx, "list_receipts", workspace_id=workspace_id, outcome=outcome, limit=limit, before=before)
    return [ReceiptRow(*row) for row in rows]


class Replayer:
    """Takes receipts again. What was taken before changes nothing: messages are known by their external ids."""

    def __init__(
        self, db: Database, blobs: Blobs, clock: Clock, connectors: Mapping[str, Connector], directory: Directory
    ) -> None:
        self._db = db
        self._blobs = blobs
        self._clock = clock
        self._connectors = connectors
        self._directory = directory

    async def replay(
        self, *, outcome: str | None = "parked", channel_id: UUID | None = None, since: datetime | None = None
    ) -> AsyncIterator[Outcome]:
        """Every receipt of an outcome (None: of all), oldest first, in all workspaces; each in a transaction of its own."""
        async with self._db.connection() as connection:
            rows = await _Q.rows(connection, "list_replayable", outcome=outcome, channel_id=channel_id, since=since)
        for row in rows:
            yield await self.replay_one(row["workspace_id"], row["id"])

    async def replay_one(self, workspace_id: UUID, receipt_id: UUID) -> Outcome:
        """Raises NotFound. A receipt that fails again is parked again, with its new error."""
        async with self._db.connection() as connection:
            row = await _Q.row(connection, "get_receipt", workspace_id=workspace_id, id=receipt_id)
        if row is None:
            raise NotFound("no such receipt")
        found = await self._directory.get(row["channel_id"])
        if found is None:
            return await self._parked(workspace_id, receipt_id, row["dedupe_key"], "the channel is switched off")
        kind, channel = found
        arrival = await prepare(
            self._connectors[kind], self._blobs, channel, RawItem(row["dedupe_key"], row["body"]), row["headers"],
            row["received_at"], receipt_id=receipt_id,
        )  # fmt: skip
        try:
            async with writing(self._db, workspace_id) as w:
                return await write_replay(w, arrival, self._clock.now())
        except UNREACHABLE:
            raise
        except Exception as error:
            _log.exception("receipt_parked_again", receipt=str(receipt_id))
            text = storable(f"{type(error).__name__}: {error}", 2000)
            return await self._parked(workspace_id, receipt_id, row["dedupe_key"], text)

    async def _parked(self, workspace_id: UUID, receipt_id: UUID, dedupe_key: str, error: str) -> Outcome:
        async with self._db.tx() as tx:
            await _Q.run(
                tx, "replayed", workspace_id=workspace_id, id=receipt_id, outcome="parked", error=error,
                now=self._clock.now(),
            )  # fmt: skip
        return Outcome(dedupe_key, "parked", error)

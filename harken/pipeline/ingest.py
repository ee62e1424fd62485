"""The batched ingest: what webhooks and listeners bring is written in group commits, at most 50 items in one transaction.

A batch that fails is tried again item by item: the one that fails is parked with its error, the others pass. When the
database cannot be reached nothing is parked: who brought the items is told to come back (Busy).
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec
import structlog

from harken.events.log import writing
from harken.kit.blobs import Blobs
from harken.kit.clock import Clock
from harken.kit.db import Database
from harken.kit.errors import Busy, HarkenError
from harken.kit.text import storable
from harken.pipeline.arrivals import Arrival, prepare
from harken.pipeline.lanes import Lanes
from harken.pipeline.writing import Outcome, write_arrivals
from harken.port.connector import Connector
from harken.port.messages import ChannelConfig, RawItem

_log = structlog.get_logger(__name__)
BATCH: Final = 50

# The database is gone, full or going: nobody's fault but ours, and it may pass.
UNREACHABLE: Final = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
)


class Batcher:
    """One in a process. `most_waiting` items and `most_bytes` may be on their way; then `submit` raises Busy."""

    def __init__(
        self,
        db: Database,
        blobs: Blobs,
        clock: Clock,
        connectors: Mapping[str, Connector],
        *,
        most_waiting: int = 5000,
        most_bytes: int = 256 * 1024 * 1024,
    ) -> None:
        self._db = db
        self._blobs = blobs
        self._clock = clock
        self._connectors = connectors
        self._most = (most_waiting, most_bytes)
        self._waiting = [0, 0]
        self._stopping = False
        self._lanes: Lanes[UUID, Arrival, Outcome] = Lanes(self._flush, most=BATCH, weigh=lambda a: len(a.body))

    async def start(self) -> None:
        self._stopping = False

    async def stop(self) -> None:
        """Takes nothing more and waits until what was taken is written."""
        self._stopping = True
        await self._lanes.drain()

    async def submit(
        self,
        channel: ChannelConfig,
        connector_kind: str,
        items: Sequence[RawItem],
        headers: Mapping[str, str],
        *,
        cursor: Mapping[str, Any] | None = None,
    ) -> list[Outcome]:
        """Returns after the commit that stores the items, in their order. Raises Busy when nothing of them may be relied on.

        `cursor` is stored with the last item, and so after all of them.
        """
        size = sum(len(item.body) for item in items)
        self._enter(len(items), size)
        try:
            connector = self._connectors[connector_kind]
            now = self._clock.now()
            arrivals = [await prepare(connector, self._blobs, channel, item, headers, now) for item in items]
            if arrivals and cursor is not None:
                arrivals[-1] = msgspec.structs.replace(arrivals[-1], cursor=cursor)
            waiting = [self._lanes.put(channel.workspace_id, arrival) for arrival in arrivals]
            return await _all(waiting)
        except UNREACHABLE as error:
            raise Busy("the database or the file store cannot be reached", retry_after=5) from error
        finally:
            self._waiting[0] -= len(items)
            self._waiting[1] -= size

    def _enter(self, items: int, size: int) -> None:
        full = self._waiting[0] + items > self._most[0] or self._waiting[1] + size > self._most[1]
        if self._stopping or (full and self._waiting[0]):
            raise Busy("too much is waiting to be stored", retry_after=2)
        self._waiting[0] += items
        self._waiting[1] += size

    async def _flush(self, workspace_id: UUID, arrivals: list[Arrival]) -> Sequence[Outcome | BaseException]:
        try:
            return await self._write(workspace_id, arrivals)
        except (*UNREACHABLE, HarkenError):
            raise
        except Exception as error:
            _log.warning("batch_split", workspace=str(workspace_id), items=len(arrivals), error=repr(error))
            return [await self._write_alone(workspace_id, arrival) for arrival in arrivals]

    async def _write(self, workspace_id: UUID, arrivals: Sequence[Arrival]) -> list[Outcome]:
        async with writing(self._db, workspace_id) as w:
            return await write_arrivals(w, arrivals, self._clock.now())

    async def _write_alone(self, workspace_id: UUID, arrival: Arrival) -> Outcome | BaseException:
        try:
            return (await self._write(workspace_id, [arrival]))[0]
        except (*UNREACHABLE, HarkenError) as error:
            return error
        except Exception as error:
            _log.exception("item_parked", workspace=str(workspace_id), receipt=str(arrival.receipt_id))
            return await self._park(workspace_id, arrival, storable(f"{type(error).__name__}: {error}", 2000))

    async def _park(self, workspace_id: UUID, arrival: Arrival, error: str) -> Outcome | BaseException:
        parked = msgspec.structs.replace(arrival, incoming=(), reports=(), outcome="parked", error=error)
        try:
            return (await self._write(workspace_id, [parked]))[0]
        except Exception as failure:
            _log.exception("item_not_parked", workspace=str(workspace_id), channel=str(arrival.channel_id))
            return Busy(f"the item could not be stored: {type(failure).__name__}", retry_after=30)


async def _all(waiting: "Sequence[asyncio.Future[Outcome]]") -> list[Outcome]:
    """Every result; the first error only after all have ended, so that nothing is counted as gone that still waits."""
    results = await asyncio.gather(*waiting, return_exceptions=True)
    outcomes: list[Outcome] = []
    for result in results:
        if isinstance(result, BaseException):
            raise result
        outcomes.append(result)
    return outcomes

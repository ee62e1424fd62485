"""Durable followers of the event log: each event is handed to a consumer once, whatever stops in between.

The cursor moves in the transaction of what the handler writes. Its row is the lock: of all processes that run a
consumer, one at a time handles a workspace, and the others pass by.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final
from uuid import UUID

import asyncpg
import msgspec
import structlog

from harken.events.log import Event, read_since
from harken.kit.db import Database, Queries, Tx
from harken.kit.text import storable

_Q = Queries(Path(__file__).with_suffix(".sql"))
_POLL_SECONDS: Final = 2.0  # backs up the hints
_ATTEMPTS: Final = 5  # of an event that its handler cannot take, before it is passed over
_DATABASE_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)
# Said of what a handler wrote: again the same the next time, unlike what is said of a database that is away.
_REFUSED = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError, asyncpg.ProgramLimitExceededError)
_log = structlog.get_logger(__name__)


class Batch(msgspec.Struct, frozen=True):
    """What a workspace's log has grown by, oldest first. `gap`: events before these were trimmed before they were read;
    then `events` may be empty."""

    workspace_id: UUID
    events: list[Event]
    gap: bool = False


# Returns whether it appended to the log itself (log.lock with the same tx, then flush).
Handle = Callable[[Tx, Batch], Awaitable[bool]]


class Follower:
    """Runs `handle` over the log as `consumer`. A new consumer begins at the log's present end, or at its beginning."""

    def __init__(
        self, db: Database, consumer: str, handle: Handle, *, from_start: bool = False, batch: int = 200
    ) -> None:
        self.consumer = consumer
        self._db = db
        self._handle = handle
        self._from_start = from_start
        self._batch = batch
        self._wanted = asyncio.Event()
        self._failures: dict[UUID, int] = {}
        self._registered = False

    def wake(self) -> None:
        """The log may have grown."""
        self._wanted.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._wanted.clear()
            try:
                await self.catch_up()
            except _DATABASE_ERRORS as error:
                _log.warning("log_not_followed", consumer=self.consumer, error=repr(error))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_POLL_SECONDS):
                    await self._wanted.wait()

    async def catch_up(self) -> int:
        """Handles all that is there and that no other process handles just now; returns how many events."""
        await self._register()
        total = 0
        while True:
            async with self._db.connection() as connection:
                behind = await _Q.rows(connection, "list_behind", consumer=self.consumer)
            handled = [await self._step(row["workspace_id"], row["seq"]) for row in behind]
            total += sum(handled)
            if not any(handled):
                return total

    async def _register(self) -> None:
        """The consumer, the first time it runs at all, and workspaces that are new."""
        async with self._db.tx() as tx:
            if not self._registered and await _Q.run(tx, "insert_consumer", consumer=self.consumer):
                await _Q.run(tx, "insert_first_cursors", consumer=self.consumer, from_start=self._from_start)
            await _Q.run(tx, "insert_new_cursors", consumer=self.consumer)
        self._registered = True

    async def _step(self, workspace_id: UUID, end: int) -> int:
        """One batch of a workspace whose log reaches to `end`. An event that fails again and again is passed over."""
        failures = self._failures.get(workspace_id, 0)
        try:
            count = await self._take(workspace_id, end, 1 if failures else self._batch, skip=failures >= _ATTEMPTS)
        except Exception as error:
            if isinstance(error, _DATABASE_ERRORS) and not isinstance(error, _REFUSED):
                raise
            self._failures[workspace_id] = failures + 1
            text = storable(f"{type(error).__name__}: {error}", 500)
            _log.error("event_not_handled", consumer=self.consumer, workspace=str(workspace_id), error=text)
            return 0
        if count:
            self._failures.pop(workspace_id, None)
        return count

    async def _take(self, workspace_id: UUID, end: int, limit: int, *, skip: bool) -> int:
        async with self._db.tx() as tx:
            seq = await _Q.value(tx, "lock_cursor", consumer=self.consumer, workspace_id=workspace_id)
            if seq is None or seq >= end:
                return 0
            events = await read_since(tx, workspace_id, seq, limit)
            last = events[-1].seq if events else end
            batch = Batch(workspace_id, events, gap=not events or events[0].seq != seq + 1)
            if skip:
                _log.error("event_passed_over", consumer=self.consumer, workspace=str(workspace_id), seq=last)
                appended = False
            else:
                appended = await self._handle(tx, batch)
            await _Q.run(tx, "move_cursor", consumer=self.consumer, workspace_id=workspace_id, seq=last)
        if appended:
            self._db.hint(workspace_id)
        return max(1, len(events))

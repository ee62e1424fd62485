"""One workspace's log, read once per process and handed to every attached socket."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final
from uuid import UUID

import asyncpg
import structlog

from harken.events.log import read_since
from harken.kit.db import Database
from harken.live.frames import Ephemeral, Frame
from harken.live.subscriber import Subscriber

PAGE: Final = 500
POLL_SECONDS: Final = 1.0  # backs up the hints
_log = structlog.get_logger(__name__)

Watcher = Callable[[Sequence[Frame]], None]
Listener = Callable[[Ephemeral], None]


class Tail:
    """Reads from `seq` on. `watchers` are told of its events, `listeners` of what is typed in its conversations."""

    def __init__(self, db: Database, workspace_id: UUID, seq: int) -> None:
        self.workspace_id = workspace_id
        self.seq = seq
        self.subscribers: set[Subscriber] = set()
        self.watchers: set[Watcher] = set()
        self.listeners: set[Listener] = set()
        self.users = 0  # how many took it (Hub.take)
        self._db = db
        self._wake = asyncio.Event()
        self._task = asyncio.create_task(self._run(), name=f"tail-{workspace_id}")

    def join(self, subscriber: Subscriber) -> bool:
        """Live from here on; False when the subscriber has to read on from the log first."""
        if subscriber.position < self.seq:
            return False
        self.subscribers.add(subscriber)
        return True

    def leave(self, subscriber: Subscriber) -> None:
        self.subscribers.discard(subscriber)

    def wake(self) -> None:
        self._wake.set()

    def stop(self) -> None:
        self._task.cancel()

    async def _run(self) -> None:
        while True:
            try:
                full = await self._read_page()
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
                _log.warning("tail_failed", workspace=str(self.workspace_id), error=str(error))
                await asyncio.sleep(POLL_SECONDS)
                continue
            if not full:
                await self._wait()

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._wake.wait()
        except TimeoutError:
            pass

    async def _read_page(self) -> bool:
        """Hands on what is new; whether there may be more."""
        self._wake.clear()
        async with self._db.connection() as connection:
            events = await read_since(connection, self.workspace_id, self.seq, PAGE)
        if not events:
            return False
        if events[0].seq != self.seq + 1:  # trimmed before it was read: nobody can resume over the hole
            for subscriber in self.subscribers:
                subscriber.resync()
        frames = [Frame(event) for event in events]
        self.seq = frames[-1].seq
        for subscriber in self.subscribers:
            for frame in frames:
                subscriber.offer(frame)
        for watcher in tuple(self.watchers):
            watcher(frames)
        return len(events) == PAGE

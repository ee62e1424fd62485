"""Connectors that pull (IMAP): one listener for each channel in all processes, held by an advisory lock.

The locks live on one connection of their own. When it breaks, another process may take them: all listeners stop here.
"""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol
from uuid import UUID

import asyncpg
import structlog

from harken.channels.actions import record_health
from harken.kit.db import queries_beside
from harken.kit.errors import Busy
from harken.pipeline.ingest import UNREACHABLE, Batcher
from harken.port.messages import ChannelConfig, RawItem
from harken.port.services import Services

_Q = queries_beside(__file__)
_log = structlog.get_logger(__name__)
LOOK_EVERY: Final = 2.0  # seconds until a new or changed channel is listened to
_PAUSE: Final = 15.0  # after a listener broke


class ActiveChannels(Protocol):
    async def list_active(self) -> list[tuple[str, ChannelConfig]]: ...


class ChannelIntake:
    """port.connector.Intake over the batcher."""

    def __init__(self, services: Services, batcher: Batcher, kind: str, channel: ChannelConfig) -> None:
        self._services = services
        self._batcher = batcher
        self._kind = kind
        self._channel = channel

    async def cursor(self) -> Mapping[str, Any] | None:
        channel = self._channel
        async with self._services.db.connection() as connection:
            return await _Q.value(
                connection, "cursor_of_channel", workspace_id=channel.workspace_id, channel_id=channel.id
            )

    async def accept(self, items: Sequence[RawItem], cursor: Mapping[str, Any]) -> None:
        """Waits while the batcher is full or the database away: nothing else can be done with what was read."""
        channel = self._channel
        while items:
            try:
                await self._batcher.submit(channel, self._kind, items, {}, cursor=cursor)
            except Busy as busy:
                await asyncio.sleep(busy.retry_after)
            else:
                return
        async with self._services.db.tx() as tx:
            await _Q.run(tx, "move_cursor_to", workspace_id=channel.workspace_id, channel_id=channel.id, cursor=cursor)

    async def health(self, ok: bool, text: str) -> None:
        s = self._services
        with contextlib.suppress(asyncpg.PostgresError, *UNREACHABLE):
            await record_health(s.db, s.clock, s.connectors, self._channel.workspace_id, self._channel.id, ok, text)


class Listeners:
    """The listeners of this process."""

    def __init__(self, services: Services, channels: ActiveChannels, batcher: Batcher) -> None:
        self._services = services
        self._channels = channels
        self._batcher = batcher
        self._running: dict[UUID, tuple[ChannelConfig, asyncio.Task[None]]] = {}

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self._hold()
            except (asyncpg.PostgresError, *UNREACHABLE) as error:
                _log.warning("listeners_stopped", error=repr(error))
            except Exception:
                _log.exception("listeners_stopped")
            await asyncio.sleep(LOOK_EVERY)

    async def _hold(self) -> None:
        connection = await asyncpg.connect(self._services.db.dsn, command_timeout=10)
        try:
            while True:
                await self._look(connection)
                await asyncio.sleep(LOOK_EVERY)
        finally:
            await self._stop(list(self._running))
            connection.terminate()

    async def _look(self, locks: "asyncpg.Connection[asyncpg.Record]") -> None:
        """Starts, restarts and stops listeners, as the channels are now."""
        wanted = {c.id: (kind, c) for kind, c in await self._channels.list_active() if self._pulls(kind, c)}
        changed = [id for id, (config, _) in self._running.items() if id not in wanted or wanted[id][1] != config]
        await self._stop(changed)
        for id in changed:
            await locks.execute("select pg_advisory_unlock($1)", _lock_of(id))
        for id, (kind, config) in wanted.items():
            if id not in self._running and await locks.fetchval("select pg_try_advisory_lock($1)", _lock_of(id)):
                listening = asyncio.create_task(self._listen(kind, config), name=f"listener {id}")
                self._running[id] = (config, listening)
        await locks.execute("select 1")

    def _pulls(self, kind: str, channel: ChannelConfig) -> bool:
        connector = self._services.connectors.get(kind)
        intake = ChannelIntake(self._services, self._batcher, kind, channel)
        return connector is not None and connector.listener(channel, intake) is not None

    async def _listen(self, kind: str, channel: ChannelConfig) -> None:
        intake = ChannelIntake(self._services, self._batcher, kind, channel)
        listen = self._services.connectors[kind].listener(channel, intake)
        while listen is not None:
            try:
                await listen()
            except Exception as error:
                _log.exception("listener_broke", channel=str(channel.id))
                await intake.health(False, f"Listening broke off ({type(error).__name__}); it is tried again.")
            await asyncio.sleep(_PAUSE)

    async def _stop(self, ids: Sequence[UUID]) -> None:
        tasks = [self._running.pop(id)[1] for id in ids]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _lock_of(channel_id: UUID) -> int:
    """The random half of the id."""
    return int.from_bytes(channel_id.bytes[8:], signed=True)

"""The hub of one process: tails of the workspaces whose agents or visitors are connected, and what has no seq.

It reads the log once per workspace and hands it to the sockets; what it sends to other processes goes over the bus.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

import asyncpg
import structlog

from harken.events.log import last_seq
from harken.kit.clock import Clock, SystemClock
from harken.kit.db import Database, queries_beside
from harken.live.bus import Bus, Packet
from harken.live.frames import Ephemeral, Frame, Online, presence_text
from harken.live.presence import Ephemera, Presence
from harken.live.subscriber import SIGNED_OUT, Subscriber
from harken.live.tail import Tail

_Q = queries_beside(__file__)
_CHECK_SECONDS: Final = 3.0  # sessions and rights of open sockets
_ANNOUNCE_SECONDS: Final = 4.0
_AGENTS_A_PACKET: Final = 100
_log = structlog.get_logger(__name__)


class Hub:
    """`start` before the first socket, `stop` after the last."""

    def __init__(self, db: Database, clock: Clock | None = None) -> None:
        self._db = db
        self.clock = clock or SystemClock()
        self._tails: dict[UUID, Tail] = {}
        self._opening = asyncio.Lock()
        self._open: set[Subscriber] = set()
        self._bus = Bus(db, self._hinted, self._received)
        db.on_hint(self._hinted)
        self._ephemera = Ephemera(self._tell)
        self._presence = Presence(self._presence_changed)
        self._doubted = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        await self._bus.start()
        self._tasks = [
            asyncio.create_task(self._check_for_ever(), name="live-check"),
            asyncio.create_task(self._tick_for_ever(), name="live-tick"),
        ]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._bus.stop()
        for tail in self._tails.values():
            tail.stop()

    async def take(self, workspace_id: UUID) -> Tail:
        """The workspace's tail, running until everybody who took it has given it back with `release`."""
        async with self._opening:
            tail = self._tails.get(workspace_id)
            if tail is None:
                async with self._db.connection() as connection:
                    seq = await last_seq(connection, workspace_id)
                tail = self._tails[workspace_id] = Tail(self._db, workspace_id, seq)
                tail.watchers.add(self._watch_access)
            tail.users += 1
            return tail

    def release(self, tail: Tail) -> None:
        tail.users -= 1
        if tail.users == 0:
            tail.stop()
            self._tails.pop(tail.workspace_id, None)

    def arrive(self, subscriber: Subscriber) -> None:
        """The agent is there, and their rights are looked at every few seconds, until `leave`."""
        caller = subscriber.caller
        self._open.add(subscriber)
        if self._presence.arrive(caller.workspace_id, caller.agent_id):
            self._bus.send(Online(caller.workspace_id, [caller.agent_id]))

    def leave(self, subscriber: Subscriber) -> None:
        """May be called for one that never arrived."""
        caller = subscriber.caller
        if subscriber in self._open:
            self._open.discard(subscriber)
            if self._presence.leave(caller.workspace_id, caller.agent_id):
                self._bus.send(Online(caller.workspace_id, [], [caller.agent_id]))

    def here(self) -> Mapping[UUID, list[UUID]]:
        """The agents who have a page open on this process, by workspace."""
        return self._presence.here()

    def brief(self, subscriber: Subscriber) -> None:
        """Tells a page that became live what has no place in the log: who is there, who types or looks."""
        caller = subscriber.caller
        subscriber.push(presence_text(list(self._presence.online(caller.workspace_id))))
        for item in self._ephemera.current(caller.workspace_id):
            if item.actor.id != caller.agent_id and subscriber.may_see(item.access):
                subscriber.push(item.text())

    def publish(self, item: Ephemeral) -> None:
        """To everybody who may see the conversation, on every process."""
        self._ephemera.put(item)
        self._bus.send(item)

    def doubt(self) -> None:
        """Looks at sessions and rights of the open sockets now instead of in a few seconds."""
        self._doubted.set()

    def _watch_access(self, frames: Sequence[Frame]) -> None:
        for frame in frames:
            if frame.conversation_id is not None and frame.audience.before is not None and frame.audience.after:
                self._ephemera.narrow(frame.conversation_id, frame.audience.after)

    def _hinted(self, workspace_id: UUID | None) -> None:
        for tail in self._tails.values() if workspace_id is None else [self._tails.get(workspace_id)]:
            if tail is not None:
                tail.wake()

    def _received(self, packet: Packet) -> None:
        match packet:
            case Ephemeral():
                self._ephemera.put(packet)
            case Online():
                self._presence.hear(packet.workspace_id, packet.agent_ids, packet.gone_ids)

    def _tell(self, item: Ephemeral) -> None:
        tail = self._tails.get(item.workspace_id)
        if tail is None:
            return
        text = item.text()
        for subscriber in tail.subscribers:
            if subscriber.caller.agent_id != item.actor.id and subscriber.may_see(item.access):
                subscriber.push(text)
        for listener in tuple(tail.listeners):
            listener(item)

    def _presence_changed(self, workspace_id: UUID) -> None:
        tail = self._tails.get(workspace_id)
        if tail is not None and tail.subscribers:
            text = presence_text(list(self._presence.online(workspace_id)))
            for subscriber in tail.subscribers:
                subscriber.push(text)

    async def _tick_for_ever(self) -> None:
        announced = 0.0
        while True:
            await asyncio.sleep(0.5)
            self._ephemera.expire()
            self._presence.expire()
            if time.monotonic() - announced >= _ANNOUNCE_SECONDS:
                announced = time.monotonic()
                self._announce()

    def _announce(self) -> None:
        for workspace_id, agent_ids in self._presence.here().items():
            for start in range(0, len(agent_ids), _AGENTS_A_PACKET):
                self._bus.send(Online(workspace_id, agent_ids[start : start + _AGENTS_A_PACKET]))

    async def _check_for_ever(self) -> None:
        while True:
            try:
                async with asyncio.timeout(_CHECK_SECONDS):
                    await self._doubted.wait()
            except TimeoutError:
                pass
            self._doubted.clear()
            try:
                await self._check()
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
                _log.warning("live_check_failed", error=str(error))

    async def _check(self) -> None:
        """One query for all sockets: ended sessions close them, changed rights make them resync."""
        subscribers = list(self._open)
        if not subscribers:
            return
        suspects = {s for s in subscribers if s.halted}
        async with self._db.connection() as connection:
            hashes = list({s.credential for s in subscribers})
            rows = await _Q.rows(connection, "list_callers", hashes=hashes, now=self.clock.now())
        known = {bytes(row["token_hash"]): row for row in rows}
        for subscriber in subscribers:
            row, caller = known.get(subscriber.credential), subscriber.caller
            if row is None:
                subscriber.close(SIGNED_OUT)
            elif subscriber in suspects or (row["role"], frozenset(row["team_ids"])) != (caller.role, caller.team_ids):
                subscriber.resync()

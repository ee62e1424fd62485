"""The hint bus between processes: LISTEN on a connection of its own that comes back when it is lost, and NOTIFY.

Two PostgreSQL channels: kit.db's hints (a workspace's log has grown), and small packets without a place in the log.
"""

import asyncio
import contextlib
import secrets
from collections.abc import Callable
from typing import Final
from uuid import UUID

import asyncpg
import msgspec
import structlog

from harken.kit.db import HINT_CHANNEL, Database
from harken.live.frames import Ephemeral, Online

PACKET_CHANNEL: Final = "harken_live"
_MAX_PACKET: Final = 7_500  # bytes; PostgreSQL takes fewer than 8,000
_PROBE_SECONDS: Final = 10.0
_NOTIFY: Final = "select set_config('synchronous_commit', 'off', true), pg_notify($1, $2)"  # a packet may be lost
_log = structlog.get_logger(__name__)

Packet = Ephemeral | Online


class _Envelope(msgspec.Struct, frozen=True):
    process: str
    packet: Packet


class Bus:
    """`on_hint(None)`: the connection was lost for a while, so that anything may have happened."""

    def __init__(
        self, db: Database, on_hint: Callable[[UUID | None], None], on_packet: Callable[[Packet], None]
    ) -> None:
        self._db = db
        self._on_hint, self._on_packet = on_hint, on_packet
        self._process = secrets.token_hex(8)
        self._outbox: asyncio.Queue[str] = asyncio.Queue(maxsize=5_000)
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        self._tasks = [
            asyncio.create_task(self._listen_for_ever(), name="live-listen"),
            asyncio.create_task(self._send_for_ever(), name="live-notify"),
        ]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def send(self, packet: Packet) -> None:
        """To the other processes; may be lost."""
        text = msgspec.json.encode(_Envelope(self._process, packet)).decode()
        if len(text.encode()) <= _MAX_PACKET:
            with contextlib.suppress(asyncio.QueueFull):
                self._outbox.put_nowait(text)

    async def _send_for_ever(self) -> None:
        while True:
            texts = [await self._outbox.get()]
            while not self._outbox.empty() and len(texts) < 200:
                texts.append(self._outbox.get_nowait())
            with contextlib.suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
                async with self._db.connection() as connection:
                    await connection.executemany(_NOTIFY, [(PACKET_CHANNEL, t) for t in texts])

    async def _listen_for_ever(self) -> None:
        while True:
            try:
                await self._listen()
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
                _log.warning("live_listen_lost", error=str(error))
            await asyncio.sleep(0.2)

    async def _listen(self) -> None:
        """Until the connection is lost; a probe finds one that died without a word."""
        connection = await asyncpg.connect(
            self._db.dsn, server_settings={"application_name": "harken live"}, timeout=10
        )
        lost = asyncio.Event()

        def ended(*_: object) -> None:
            lost.set()

        def hinted(*notification: object) -> None:
            self._hinted(str(notification[3]))

        def arrived(*notification: object) -> None:
            self._arrived(str(notification[3]))

        connection.add_termination_listener(ended)
        try:
            await connection.add_listener(HINT_CHANNEL, hinted)
            await connection.add_listener(PACKET_CHANNEL, arrived)
            self._on_hint(None)
            while not lost.is_set():
                # Not asyncio.wait_for: on Python 3.11 it may swallow a cancellation.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_PROBE_SECONDS):
                        await lost.wait()
                    return
                await connection.execute("select 1", timeout=5)
        finally:
            connection.terminate()

    def _hinted(self, payload: str) -> None:
        with contextlib.suppress(ValueError):
            self._on_hint(UUID(payload))

    def _arrived(self, payload: str) -> None:
        try:
            envelope = msgspec.json.decode(payload, type=_Envelope)
        except msgspec.MsgspecError:
            return
        if envelope.process != self._process:
            self._on_packet(envelope.packet)

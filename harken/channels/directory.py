"""Active channels with their connector's kind and opened secrets, for webhooks, sends and listeners: kept for a second."""

import time
from typing import Final
from uuid import UUID

import asyncpg
import msgspec

from harken.channels.store import Q
from harken.channels.wire import config_from
from harken.kit.crypto import Sealer
from harken.kit.db import Database
from harken.port.messages import ChannelConfig

_KEPT_SECONDS: Final = 1.0
_KEPT_CHANNELS: Final = 5000


class _Known(msgspec.Struct, frozen=True):
    found: tuple[str, ChannelConfig] | None
    until: float


class ChannelDirectory:
    """One per process. A change holds in every process within a second."""

    def __init__(self, db: Database, sealer: Sealer, public_url: str) -> None:
        self._db, self._sealer, self._public_url = db, sealer, public_url
        self._known: dict[UUID, _Known] = {}

    async def get(self, channel_id: UUID) -> tuple[str, ChannelConfig] | None:
        """The connector's kind and the configuration; None when there is no such active channel."""
        known = self._known.get(channel_id)
        if known is not None and known.until > time.monotonic():
            return known.found
        async with self._db.connection() as connection:
            row = await Q.row(connection, "find_active", id=channel_id)
        found = self._opened(row) if row else None
        if len(self._known) >= _KEPT_CHANNELS:
            self._known.clear()
        self._known[channel_id] = _Known(found, time.monotonic() + _KEPT_SECONDS)
        return found

    async def list_active(self) -> list[tuple[str, ChannelConfig]]:
        """Every active channel of the installation, read now."""
        async with self._db.connection() as connection:
            rows = await Q.rows(connection, "list_active")
        return [self._opened(row) for row in rows]

    def forget(self, channel_id: UUID) -> None:
        """The next `get` reads again: called in the process that changed the channel."""
        self._known.pop(channel_id, None)

    def _opened(self, row: asyncpg.Record) -> tuple[str, ChannelConfig]:
        return row["connector"], config_from(row, self._sealer, self._public_url)

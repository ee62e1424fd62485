"""Writes down who has a page open, so that the worker, which may be another process, mails nobody who is there."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

import asyncpg
import structlog

from harken.notifications.store import Q
from harken.port.services import Services

_SECONDS: Final = 30.0  # a third of rules.PRESENT
_log = structlog.get_logger(__name__)


async def write_down_presence(services: Services, here: Callable[[], Mapping[UUID, list[UUID]]]) -> None:
    """Until cancelled."""
    while True:
        await asyncio.sleep(_SECONDS)
        try:
            for workspace_id, agent_ids in here().items():
                async with services.db.tx() as tx:
                    now = services.clock.now()
                    await Q.run(tx, "seen", workspace_id=workspace_id, agent_ids=agent_ids, at=now)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
            _log.warning("presence_not_written", error=repr(error))

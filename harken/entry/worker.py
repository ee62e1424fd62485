"""The worker: deliveries, background tasks and listeners of one process, woken by hints and backed up by polls."""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Protocol

import asyncpg
import structlog

from harken.automatic import tasks as automatic
from harken.bots.runner import BotRunner
from harken.channels.directory import ChannelDirectory
from harken.conversations import tasks as conversations
from harken.events.follow import Follower
from harken.kit.http import close_client
from harken.kit.queue import Runner
from harken.notifications import tasks as notifications
from harken.notifications.following import Teller
from harken.pipeline.deliver import Deliverer
from harken.pipeline.ingest import Batcher
from harken.pipeline.listeners import Listeners
from harken.pipeline.tasks import SCHEDULE, handlers
from harken.port.services import Services
from harken.search import indexing as search

_log = structlog.get_logger(__name__)
_GATHER = (
    0.05  # seconds: a burst of hints wakes everybody a few times, as looking costs more than what one commit holds
)
_SILENCE = 30.0  # seconds without a hint after which the connection is made anew: a dead one is silent too


class _Sleeper(Protocol):
    def wake(self) -> None: ...


async def run_worker(services: Services, directory: ChannelDirectory, batcher: Batcher) -> None:
    """Runs until cancelled."""
    deliverer = Deliverer(services, directory)
    runner = Runner(
        services.db,
        {
            **handlers(services),
            **conversations.handlers(services),
            **notifications.handlers(services),
            **search.handlers(services),
            **automatic.handlers(services, directory),
        },
        schedule={
            **SCHEDULE,
            **conversations.SCHEDULE,
            **notifications.SCHEDULE,
            **search.SCHEDULE,
            **automatic.SCHEDULE,
        },
    )
    listeners = Listeners(services, directory, batcher)
    bots = BotRunner(services, directory)
    following = followers(services)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(deliverer.run(), name="deliveries")
            group.create_task(runner.run(), name="tasks")
            group.create_task(listeners.run(), name="listeners")
            group.create_task(bots.run(), name="bots")
            for follower in following:
                group.create_task(follower.run(), name=f"follower {follower.consumer}")
            group.create_task(_listen_for_hints(services, [deliverer, runner, bots, *following]), name="worker hints")
    finally:
        await close_client()


def followers(services: Services) -> list[Follower]:
    """Who reads the event log durably."""
    return [
        Follower(services.db, "notifications", Teller(services.clock)),
        Follower(services.db, search.CONSUMER, search.follow),
        Follower(services.db, automatic.CONSUMER, automatic.follow),
    ]


async def _listen_for_hints(services: Services, sleepers: Sequence[_Sleeper]) -> None:
    while True:
        with contextlib.suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
            async with services.db.listen() as hints:
                while True:
                    async with asyncio.timeout(_SILENCE):
                        await hints.get()
                    while not hints.empty():
                        hints.get_nowait()
                    for sleeper in sleepers:
                        sleeper.wake()
                    await asyncio.sleep(_GATHER)
        await asyncio.sleep(0.2)

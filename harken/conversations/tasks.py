"""Waking what was put aside: a task for each, and a round for those whose task did not do it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from harken.conversations import store
from harken.conversations.actions.snooze import WAKE, wake
from harken.events.log import writing
from harken.kit.queue import Handler, Task
from harken.port.services import Services

WAKE_OVERDUE: Final = "wake_overdue"
SCHEDULE: Final[Mapping[str, timedelta]] = {WAKE_OVERDUE: timedelta(minutes=1)}
_GRACE: Final = timedelta(seconds=30)  # until then it is its task's


def handlers(services: Services) -> Mapping[str, Handler]:
    return {WAKE: partial(wake_one, services), WAKE_OVERDUE: partial(wake_overdue, services)}


async def wake_one(services: Services, task: Task) -> None:
    """Nothing happens when the snooze has ended or is another one by now."""
    if task.workspace_id is not None:
        until = datetime.fromisoformat(task.payload["until"])
        await _wake(services, task.workspace_id, UUID(task.payload["conversation_id"]), until)


async def wake_overdue(services: Services, task: Task) -> None:
    async with services.db.connection() as connection:
        overdue = await store.list_overdue(connection, services.clock.now() - _GRACE)
    for workspace_id, conversation_id, until in overdue:
        await _wake(services, workspace_id, conversation_id, until)


async def _wake(services: Services, workspace_id: UUID, conversation_id: UUID, until: datetime) -> None:
    async with writing(services.db, workspace_id) as w:
        await wake(w, conversation_id, until, services.clock.now())

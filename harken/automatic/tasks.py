"""When something automatic is looked at: after a customer's message, and every minute for those who are silent."""

import contextlib
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

import msgspec

from harken.automatic.actions import greet, tend
from harken.automatic.store import Q
from harken.channels.directory import ChannelDirectory
from harken.conversations.actions.outlet import Outlet
from harken.events.follow import Batch
from harken.events.log import writing
from harken.kit.db import Tx
from harken.kit.errors import NotFound
from harken.kit.queue import Handler, Task, enqueue
from harken.port.services import Services

CONSUMER: Final = "automatic"
GREET: Final = "greet_customer"
TEND: Final = "tend_silent"
SCHEDULE: Final[Mapping[str, timedelta]] = {TEND: timedelta(minutes=1)}
_AT_ONCE: Final = 200


class _Message(msgspec.Struct):
    direction: str


class _Handler(msgspec.Struct):
    kind: str


class _Conversation(msgspec.Struct):
    id: UUID
    channel_id: UUID
    handler: _Handler
    status: str


class _Seen(msgspec.Struct):
    """What of a change matters here."""

    conversation: _Conversation
    messages: list[_Message] = []


async def follow(tx: Tx, batch: Batch) -> bool:
    """The handle of the follower `automatic`: a task for each conversation in which a customer has written."""
    channels = {row["channel_id"] for row in await Q.rows(tx, "list_saying", workspace_id=batch.workspace_id)}
    wanted: dict[UUID, tuple[int, UUID]] = {}
    for event in batch.events if channels else []:
        if event.type not in ("message_added", "conversation_started", "conversation_reopened"):
            continue
        seen = msgspec.json.decode(event.payload, type=_Seen)
        if seen.conversation.channel_id in channels and any(each.direction == "in" for each in seen.messages):
            wanted[seen.conversation.id] = (event.seq, seen.conversation.channel_id)
    for conversation_id, (seq, channel_id) in wanted.items():
        payload = {"conversation_id": conversation_id, "channel_id": channel_id}
        await enqueue(tx, GREET, payload, key=f"{GREET}:{conversation_id}:{seq}", workspace_id=batch.workspace_id)
    return False


def handlers(services: Services, directory: ChannelDirectory) -> Mapping[str, Handler]:
    return {GREET: partial(greet_one, services, directory), TEND: partial(tend_silent, services, directory)}


async def greet_one(services: Services, directory: ChannelDirectory, task: Task) -> None:
    if task.workspace_id is None:
        return
    payload: dict[str, Any] = task.payload
    outlet = await _outlet(services, directory, UUID(payload["channel_id"]))
    if outlet is None:
        return
    try:
        async with writing(services.db, task.workspace_id) as w:
            await greet(w, UUID(payload["conversation_id"]), outlet, services.clock.now())
    except NotFound:
        return  # deleted meanwhile


async def tend_silent(services: Services, directory: ChannelDirectory, task: Task) -> None:
    """One transaction for each conversation: what one does is not undone by another's failure."""
    now, after = services.clock.now(), UUID(int=0)
    while True:
        async with services.db.connection() as connection:
            quiet = await Q.rows(connection, "list_quiet", now=now, after=after, limit=_AT_ONCE)
        for row in quiet:
            after = row["conversation_id"]
            outlet = await _outlet(services, directory, row["channel_id"])
            with contextlib.suppress(NotFound):
                async with writing(services.db, row["workspace_id"]) as w:
                    await tend(w, after, outlet, now)
        if len(quiet) < _AT_ONCE:
            return


async def _outlet(services: Services, directory: ChannelDirectory, channel_id: UUID) -> Outlet | None:
    found = await directory.get(channel_id)
    connector = services.connectors.get(found[0]) if found else None
    return Outlet(connector, found[1]) if found and connector else None

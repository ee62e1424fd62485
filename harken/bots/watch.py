"""The watchdog: nothing that a bot handles is left without a future."""

import contextlib
from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog

from harken.bots import store
from harken.bots.admission import admitted
from harken.channels.directory import ChannelDirectory
from harken.conversations.actions.change import Change
from harken.conversations.actions.outlet import Outlet
from harken.conversations.model import Line
from harken.conversations.rules import NOBODY
from harken.conversations.store import lock_conversation
from harken.events.log import writing
from harken.events.types import SYSTEM
from harken.kit.errors import Conflict, NotFound
from harken.port.services import Services

_log = structlog.get_logger(__name__)
_AT_ONCE: Final = 50
LONG_WAIT: Final = timedelta(seconds=60)
# Of a deadline while a customer waits: twice the longest time-out, and a minute.
_FURTHEST: Final = timedelta(minutes=15)


async def watch(services: Services, directory: ChannelDirectory) -> int:
    """Acts on every lease whose deadline has passed, and raises those that take long; returns on how many it acted."""
    now = services.clock.now()
    async with services.db.connection() as connection:
        overdue = await store.Q.rows(connection, "list_overdue", now=now, limit=_AT_ONCE)
    for row in overdue:
        await _act(services, directory, row["workspace_id"], row["conversation_id"], row["bot_id"], row["epoch"])
    await _notice(services)
    return len(overdue)


async def _notice(services: Services) -> None:
    """Raises in Automated those whose customer has waited long for their bot."""
    now = services.clock.now()
    async with services.db.connection() as connection:
        rows = await store.Q.rows(
            connection, "list_waiting_long", now=now, since=now - LONG_WAIT, soon=now + _FURTHEST, limit=_AT_ONCE
        )
    for row in rows:
        async with services.db.connection() as connection:
            bot = await store.get_bot(connection, row["workspace_id"], row["bot_id"])
        with contextlib.suppress(Conflict, NotFound):  # somebody has it by now
            async with writing(services.db, row["workspace_id"]) as w:
                admission = await admitted(
                    w, bot, row["conversation_id"], row["epoch"], None, now, even_paused=True, actor=SYSTEM
                )
                since = admission.before.waiting_since
                if since and since <= now - LONG_WAIT and admission.state.help is None:
                    admission.help("waiting")
                    await admission.commit()


async def heal(services: Services) -> int:
    """What a bot should handle without a lease (a database put together by hand) goes to the Inbox; returns how many."""
    async with services.db.connection() as connection:
        rows = await store.Q.rows(connection, "list_leaseless")
    for row in rows:
        async with writing(services.db, row["workspace_id"]) as w:
            conversation = await lock_conversation(w.tx, w.workspace_id, row["conversation_id"])
            if conversation.handler.kind != "bot" or await store.find_lease(w.tx, w.workspace_id, conversation.id):
                continue
            change = Change(w, conversation, SYSTEM, services.clock.now())
            change.hand_to(NOBODY)
            await change.line(Line("returned"))
            await change.commit("conversation_assigned")
    return len(rows)


async def _act(
    services: Services, directory: ChannelDirectory, workspace_id: UUID, conversation_id: UUID, bot_id: UUID, epoch: int
) -> None:
    """An idle one is closed, where its bot may close; every other goes to people."""
    async with services.db.connection() as connection:
        bot = await store.get_bot(connection, workspace_id, bot_id)
        scene = await store.find_scene(connection, workspace_id, conversation_id)
    found = await directory.get(scene["channel_id"]) if scene else None
    connector = services.connectors.get(found[0]) if found else None
    outlet = Outlet(connector, found[1]) if found and connector else None
    now = services.clock.now()
    try:
        async with writing(services.db, workspace_id) as w:
            admission = await admitted(w, bot, conversation_id, epoch, outlet, now, even_paused=True)
            if admission.lease.deadline > now:
                return
            phase = admission.lease.phase
            if phase == "idle" and bot.limits.may_close and admission.before.waiting_since is None:
                await admission.close("inactive")
            else:
                reason = {"idle": "idle", "held": "waiting"}.get(phase, "timeout")
                await admission.hand_off(reason, tell=phase != "idle")
            await admission.commit()
    except (Conflict, NotFound):
        return  # somebody has it by now
    _log.info("watchdog", conversation=str(conversation_id), bot=str(bot_id), phase=phase)

"""Closing and reopening by agents (R13, R14)."""

from datetime import datetime
from uuid import UUID

from harken.conversations.actions.change import Change, actor_of, lock_visible
from harken.conversations.actions.conflicts import handler_changed, refuse_rival
from harken.conversations.model import Conversation, Handler, Line
from harken.events.log import Writer
from harken.kit.text import one_line
from harken.people.model import Caller

REASON_LENGTH = 200


async def close(
    w: Writer, caller: Caller, conversation_id: UUID, reason: str | None, epoch: int | None, at: datetime
) -> Conversation:
    """Who, when and why is kept. One that is closed stays as it is. Raises Conflict `handler_changed` for an old epoch."""
    before = await lock_visible(w, caller, conversation_id)
    if before.status == "closed":
        return before
    if epoch not in (None, before.epoch):
        raise await handler_changed(w, before)
    why = one_line(reason or "", REASON_LENGTH) or None
    change = Change(w, before, actor_of(caller), at)
    change.close(why)
    await change.line(Line("closed", reason=why))
    return await change.commit("conversation_closed")


async def reopen(w: Writer, caller: Caller, conversation_id: UUID, at: datetime) -> Conversation:
    """It is then the caller's. One that is open stays as it is. Raises Conflict `open_exists`."""
    before = await lock_visible(w, caller, conversation_id)
    if before.status == "open":
        return before
    await refuse_rival(w, before)
    change = Change(w, before, actor_of(caller), at)
    change.reopen()
    change.hand_to(Handler("agent", caller.agent_id))
    await change.line(Line("reopened"))
    return await change.commit("conversation_reopened")

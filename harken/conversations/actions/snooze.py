"""Putting a conversation aside until a time or until the customer writes, and back.

Whatever the customer sends ends it too (receive_threads), as does a change of handler, another team, and the close.
"""

from datetime import datetime
from uuid import UUID

from harken.conversations import store
from harken.conversations.actions.change import Change, actor_of, lock_visible
from harken.conversations.actions.conflicts import refuse_closed
from harken.conversations.model import Conversation, Line, Snooze
from harken.events.log import Writer
from harken.events.types import SYSTEM
from harken.kit.errors import Conflict, Invalid, NotFound
from harken.kit.queue import enqueue
from harken.people.model import Caller

WAKE = "wake_conversation"  # the task; its payload: {"conversation_id", "until"}


async def snooze(
    w: Writer, caller: Caller, conversation_id: UUID, until: datetime | None, seen: int | None, at: datetime
) -> Conversation:
    """`seen`: the inbound_count that the caller saw. Raises Conflict `customer_wrote` when there is more by now, so that
    nothing unseen is put aside; `conversation_closed`, `bot_handles`; Invalid for a time that has passed."""
    before = await lock_visible(w, caller, conversation_id)
    refuse_closed(before)
    if before.handler.kind == "bot":
        raise Conflict("a bot is answering this conversation", code="bot_handles")
    if seen is not None and seen < before.inbound_count:
        raise Conflict(
            "the customer has written meanwhile", code="customer_wrote", fields={"inbound_count": before.inbound_count}
        )
    if until is not None and until <= at:
        raise Invalid(("until", "past"))
    if before.snoozed and before.snoozed.until == until:
        return before
    change = Change(w, before, actor_of(caller), at)
    change.snooze(Snooze(until, at, change.author))
    await change.line(Line("snoozed", reason=until.isoformat() if until else None))
    if until is not None:
        await _set_alarm(w, change.after, until)
    return await change.commit("conversation_snoozed")


async def unsnooze(w: Writer, caller: Caller, conversation_id: UUID, at: datetime) -> Conversation:
    """One that is not put aside stays as it is."""
    before = await lock_visible(w, caller, conversation_id)
    return await _woken(Change(w, before, actor_of(caller), at)) if before.snoozed else before


async def wake(w: Writer, conversation_id: UUID, until: datetime, at: datetime) -> bool:
    """The time has come, if it is still put aside until that time. The caller knows that the time has passed."""
    try:
        before = await store.lock_conversation(w.tx, w.workspace_id, conversation_id)
    except NotFound:
        return False
    if before.snoozed is None or before.snoozed.until != until:
        return False
    await _woken(Change(w, before, SYSTEM, at))
    return True


async def _set_alarm(w: Writer, conversation: Conversation, until: datetime) -> None:
    """One for each snooze: whatever ends it earlier leaves its task, which then finds nothing to do."""
    payload = {"conversation_id": conversation.id, "until": until}
    key = f"{WAKE}:{conversation.id}:{conversation.revision}"
    await enqueue(w.tx, WAKE, payload, key=key, run_at=until, workspace_id=w.workspace_id)


async def _woken(change: Change) -> Conversation:
    change.snooze(None)
    await change.line(Line("woken"))
    return await change.commit("conversation_woken")

"""What agents do to a conversation that a bot handles, without taking it: type, and whisper (R12)."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from harken.conversations.actions import lease
from harken.conversations.actions.change import Change, actor_of, lock_visible
from harken.conversations.model import BotState, Conversation, Line
from harken.events.log import Writer
from harken.kit.errors import Conflict, Invalid
from harken.kit.text import storable
from harken.people.model import Caller

INSTRUCTION_LENGTH: Final = 2000
_AGAIN: Final = timedelta(seconds=10)  # who types on pauses it anew this long before it would go on


async def pause_bot(w: Writer, caller: Caller, conversation_id: UUID, at: datetime) -> Conversation:
    """An agent types: the bot waits for 20 s. One that no bot handles stays as it is. Raises NotFound."""
    before = await lock_visible(w, caller, conversation_id)
    state = before.bot
    if state is None or (state.paused_until and state.paused_until > at + _AGAIN):
        return before
    until = at + lease.PAUSE
    await lease.hold_back(w, before, until)
    change = Change(w, before, actor_of(caller), at)
    change.bot(replace(state, paused_until=until))
    return await change.commit("bot_moved")


async def instruct(w: Writer, caller: Caller, conversation_id: UUID, text: str, at: datetime) -> Conversation:
    """Tells the bot what to do, which the customer does not see; it is asked at once. Raises Conflict `no_bot`; Invalid."""
    before = await lock_visible(w, caller, conversation_id)
    if before.handler.kind != "bot":
        raise Conflict("no bot handles this conversation", code="no_bot", fields={"epoch": before.epoch})
    told = storable(text, INSTRUCTION_LENGTH + 1).strip()
    if not told or len(told) > INSTRUCTION_LENGTH:
        raise Invalid(("text", "too_long" if told else "required"))
    change = Change(w, before, actor_of(caller), at)
    await change.line(Line("instructed", "bot", before.handler.id, reason=told))
    change.bot(replace(before.bot or BotState(), paused_until=None))
    after = await change.commit("bot_moved")
    await lease.whisper(w, after, told, at)
    return after

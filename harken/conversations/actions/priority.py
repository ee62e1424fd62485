"""How urgent a conversation is: its place in lists that are ordered by it."""

from datetime import datetime
from uuid import UUID

from harken.conversations.actions.change import Change, actor_of, lock_visible
from harken.conversations.model import Conversation, Line, Priority
from harken.events.log import Writer
from harken.people.model import Caller


async def prioritise(
    w: Writer, caller: Caller, conversation_id: UUID, priority: Priority, at: datetime
) -> Conversation:
    """What stands already changes nothing."""
    before = await lock_visible(w, caller, conversation_id)
    if before.priority == priority:
        return before
    change = Change(w, before, actor_of(caller), at)
    change.prioritise(priority)
    await change.line(Line("prioritised", reason=priority))
    return await change.commit("conversation_prioritised")

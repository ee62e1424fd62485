"""What an agent has read: their own mark, seen by nobody else (R7, R8)."""

from datetime import datetime
from uuid import UUID

from harken.conversations import store
from harken.conversations.actions.change import actor_of, lock_visible
from harken.conversations.model import ConversationRead
from harken.events.log import Writer
from harken.events.types import Audience
from harken.kit.errors import NotFound
from harken.people.model import Caller


async def mark_read(
    w: Writer, caller: Caller, conversation_id: UUID, message_id: UUID | None, at: datetime
) -> ConversationRead:
    """Up to a message, or to the newest. A mark moves forward only. Raises NotFound for another thread's message."""
    conversation = await lock_visible(w, caller, conversation_id)
    seq = conversation.message_count
    if message_id is not None:
        message = await store.get_message(w.tx, w.workspace_id, message_id)
        if message.conversation_id != conversation_id:
            raise NotFound
        seq = message.seq
    later = await store.count_inbound_after(w.tx, w.workspace_id, conversation_id, seq)
    read = ConversationRead(conversation_id, conversation.inbound_count - later, seq)
    moved = await store.raise_read_mark(
        w.tx, caller, conversation_id, inbound_count=read.inbound_count, message_seq=seq
    )
    if moved:
        audience = Audience("agent", agent_id=caller.agent_id)
        w.append("conversation_read", read, actor=actor_of(caller), audience=audience, at=at)
    return read

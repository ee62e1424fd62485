"""Customers' reactions to messages: nothing is reopened, nothing becomes unread, nobody is made a contact."""

from datetime import datetime
from uuid import UUID

from harken.conversations import store
from harken.conversations.actions.react import Q, put_reaction
from harken.conversations.emoji import is_emoji
from harken.events.log import Writer
from harken.events.types import Actor
from harken.port.messages import InboundReaction


async def receive_reaction(w: Writer, channel_id: UUID, event: InboundReaction, at: datetime) -> bool:
    """False when it is about nothing that we know, or comes from somebody else than the conversation is with."""
    if event.emoji and not is_emoji(event.emoji):
        return False
    row = await Q.row(
        w.tx, "find_reacted", workspace_id=w.workspace_id, channel_id=channel_id, id=event.message_id,
        external_id=event.external_id, address=event.address,
    )  # fmt: skip
    if row is None:
        return False
    message = await store.get_message(w.tx, w.workspace_id, row["id"])
    conversation = await store.lock_conversation(w.tx, w.workspace_id, message.conversation_id)
    actor = Actor("contact", row["contact_id"], row["contact_name"] or event.address)
    await put_reaction(w, conversation, message, actor, event.emoji, at)
    return True

"""What an agent is told when somebody else was first: each a 409 with what the dialogue needs."""

from harken.conversations import store
from harken.conversations.actions.names import find_handler_name
from harken.conversations.model import Conversation
from harken.events.log import Writer
from harken.kit.errors import Conflict


async def handler_changed(w: Writer, conversation: Conversation) -> Conflict:
    """R6: who has it now. The caller raises it."""
    name = await find_handler_name(w, conversation.handler)
    return Conflict(
        f"{name} is answering this conversation" if name else "the conversation was handed on meanwhile",
        code="handler_changed",
        fields={"handler": conversation.handler, "handler_name": name, "epoch": conversation.epoch},
    )


def refuse_closed(conversation: Conversation) -> None:
    """Raises Conflict `conversation_closed`."""
    if conversation.status == "closed":
        raise Conflict("the conversation is closed", code="conversation_closed", fields={"epoch": conversation.epoch})


async def refuse_rival(w: Writer, conversation: Conversation) -> None:
    """Raises Conflict `open_exists`: R2 allows one open conversation per channel, contact and thread."""
    rival = await store.find_rival(w.tx, w.workspace_id, conversation.id)
    if rival is not None:
        raise Conflict(
            "another conversation of this contact is open here", code="open_exists", fields={"conversation_id": rival}
        )

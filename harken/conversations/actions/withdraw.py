"""Taking a message back while it is held (undo-send): it was never claimed, so no service has seen it.

The claim and this hold the workspace's sequence row and the delivery's own: one of the two comes first.
"""

from datetime import datetime
from pathlib import Path
from uuid import UUID

import msgspec
from msgspec.structs import replace

from harken.conversations import store
from harken.conversations.actions.change import Change, actor_of, lock_visible
from harken.conversations.model import Conversation, Line, Message
from harken.conversations.rules import preview_of
from harken.events.log import Writer
from harken.kit.db import Queries
from harken.kit.errors import Conflict, Forbidden, NotFound
from harken.people.model import Caller

_Q = Queries(Path(__file__).with_suffix(".sql"))


class Withdrawn(msgspec.Struct, frozen=True):
    """What was taken back, to be written again, and the conversation without it. Its files are uploads again."""

    message: Message
    conversation: Conversation
    revision: int


async def withdraw(w: Writer, caller: Caller, conversation_id: UUID, message_id: UUID, at: datetime) -> Withdrawn:
    """In its place stands a line that says so. Raises NotFound; Forbidden for another's; Conflict `already_sent`."""
    before = await lock_visible(w, caller, conversation_id)
    message = await store.get_message(w.tx, w.workspace_id, message_id)
    if message.conversation_id != conversation_id or message.kind == "note":
        raise NotFound
    if (message.author.kind, message.author.id) != ("agent", caller.agent_id):
        raise Forbidden("only who wrote a message can take it back")
    if message.line is not None and message.line.type == "withdrawn":
        return Withdrawn(message, before, message.revision)
    if not await _Q.run(w.tx, "take_delivery", workspace_id=w.workspace_id, message_id=message_id):
        raise Conflict("the message has been sent", code="already_sent")
    await _Q.run(w.tx, "free_files", workspace_id=w.workspace_id, message_id=message_id)
    line = replace(
        message, kind="event", direction="none", text="", attachments=[], subject=None, quoted=None, recipients=None,
        signature=None, delivery=None, line=Line("withdrawn"), revision=w.revision, reply_to=None, format="plain",
    )  # fmt: skip
    await _Q.run(
        w.tx, "withdraw_message", workspace_id=w.workspace_id, id=message_id, revision=w.revision, line=line.line
    )
    change = Change(w, before, actor_of(caller), at)
    change.after = replace(change.after, **await _as_before(w, before))
    change.messages.append(line)
    after = await change.commit("message_withdrawn")
    return Withdrawn(replace(message, delivery=None), after, after.revision)


async def _as_before(w: Writer, conversation: Conversation) -> dict[str, object]:
    """The last message, and since when the customer waits, without the one that was taken back."""
    where = {"workspace_id": w.workspace_id, "conversation_id": conversation.id}
    last = await _Q.row(w.tx, "find_last", **where)
    waiting = await _Q.value(w.tx, "find_waiting_since", **where)
    message = await store.get_message(w.tx, w.workspace_id, last["id"]) if last else None
    since = waiting if conversation.status == "open" else None
    return {"last_message": preview_of(message) if message else None, "waiting_since": since}

"""Internal notes (R26): they assign nobody and leave by no channel."""

from datetime import datetime
from uuid import UUID

from harken.conversations.actions.change import Change, actor_of, lock_visible
from harken.conversations.actions.names import unknown_agents
from harken.conversations.actions.reply import find_repeated
from harken.conversations.content import NOTE_LIMIT
from harken.conversations.drafts import forget_sent
from harken.conversations.model import Message
from harken.events.log import Writer
from harken.kit.errors import Invalid
from harken.kit.text import storable
from harken.people.model import Caller


async def note(
    w: Writer, caller: Caller, conversation_id: UUID, text: str, mentions: list[UUID], client_message_id: str,
    at: datetime, draft_revision: int | None = None,
) -> tuple[Message, bool]:  # fmt: skip
    """Returns the note and whether it is new. Raises Invalid for an empty text or an unknown mention."""
    before = await lock_visible(w, caller, conversation_id)
    repeated = await find_repeated(w, caller, conversation_id, client_message_id, "note")
    if repeated:
        return repeated, False
    if not text.strip():
        raise Invalid(("text", "required"))
    if len(text) > NOTE_LIMIT:
        raise Invalid(("text", "too_long"))
    if mentions and await unknown_agents(w, mentions):
        raise Invalid(("mentions", "unknown"))
    change = Change(w, before, actor_of(caller), at)
    added = await change.note(storable(text, NOTE_LIMIT), list(dict.fromkeys(mentions)), client_message_id)
    await change.commit("note_added")
    await forget_sent(w, caller, conversation_id, "note", text, draft_revision, at)
    return added, True

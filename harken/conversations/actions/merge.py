"""Merging contacts and taking it back, with the line that says so in their threads (R22).

Of each of the two contacts the line stands in the conversations that are open, the most recently active ones, and in the
newest one whatever its state: a customer who writes again reopens that one. The rest are history that nobody works on, and
there may be thousands: their thread tells what happened then, their customer panel whose they are now.
"""

from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from harken.contacts.actions.merge import merge, undo_merge
from harken.contacts.model import ContactDetail
from harken.conversations import store
from harken.conversations.actions.change import Change, actor_of
from harken.conversations.model import Line
from harken.events.log import Writer
from harken.kit.db import Queries
from harken.people.model import Caller

_Q = Queries(Path(__file__).with_suffix(".sql"))
MOST_OPEN: Final = 10  # of each contact: the sequence row is held meanwhile


async def merge_contacts(w: Writer, caller: Caller, contact_id: UUID, other_id: UUID, at: datetime) -> ContactDetail:
    """As contacts.actions.merge. Raises NotFound, Invalid."""
    both = [contact_id, other_id]
    names, concerned = await _names(w, both), await _concerned(w, both)
    merged = await merge(w, caller, contact_id, other_id, at)
    line = Line("merged", "contact", contact_id, names[contact_id], reason=names[other_id])
    await _say(w, caller, concerned, line, at)
    return merged


async def separate_contacts(w: Writer, caller: Caller, contact_id: UUID, merge_id: UUID, at: datetime) -> ContactDetail:
    """As contacts.actions.undo_merge. Raises NotFound."""
    other_id = await _Q.value(w.tx, "find_other", workspace_id=w.workspace_id, contact_id=contact_id, id=merge_id)
    left = await undo_merge(w, caller, contact_id, merge_id, at)
    both = [contact_id, other_id]
    names, concerned = await _names(w, both), await _concerned(w, both)
    line = Line("separated", "contact", contact_id, names[contact_id], reason=names[other_id])
    await _say(w, caller, concerned, line, at)
    return left


async def _names(w: Writer, contact_ids: list[UUID]) -> dict[UUID, str]:
    rows = await _Q.rows(w.tx, "list_shown_names", workspace_id=w.workspace_id, ids=contact_ids)
    return {row["id"]: row["name"] for row in rows}


async def _concerned(w: Writer, contact_ids: list[UUID]) -> list[UUID]:
    """While each of the contacts has its own."""
    rows = await _Q.rows(
        w.tx, "list_concerned", workspace_id=w.workspace_id, contact_ids=contact_ids, most=MOST_OPEN
    )  # fmt: skip
    return [row["id"] for row in rows]


async def _say(w: Writer, caller: Caller, conversation_ids: list[UUID], line: Line, at: datetime) -> None:
    """Also in those that the caller may not see: their customer is another one now."""
    for id in conversation_ids:
        conversation = await store.lock_conversation(w.tx, w.workspace_id, id)
        change = Change(w, conversation, actor_of(caller), at)
        await change.line(line)
        await change.commit("conversation_contact_changed")

"""Notes on a contact: what colleagues should know. Everybody who sees the contact reads them; the author and supervisors
change them."""

from datetime import datetime
from uuid import UUID

import msgspec

from harken.contacts.audience import announce
from harken.contacts.model import Contact, ContactDetail, ContactSummary
from harken.contacts.rules import checked_note
from harken.contacts.store import Q, get_detail, get_visible
from harken.events.log import Writer
from harken.kit.errors import Forbidden, NotFound
from harken.kit.ids import new_id
from harken.people.model import Caller


class NoteText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: str


async def add_note(w: Writer, caller: Caller, contact_id: UUID, given: NoteText, at: datetime) -> ContactDetail:
    """Raises NotFound, Invalid."""
    contact = await get_visible(w.tx, caller, contact_id)
    await Q.run(
        w.tx, "insert_note", workspace_id=w.workspace_id, id=new_id(), contact_id=contact_id,
        author_id=caller.agent_id, text=checked_note(given.text), now=at,
    )  # fmt: skip
    return await _touched(w, caller, contact, at)


async def change_note(
    w: Writer, caller: Caller, contact_id: UUID, note_id: UUID, given: NoteText, at: datetime
) -> ContactDetail:
    """Raises NotFound, Forbidden, Invalid."""
    contact = await _writable(w, caller, contact_id, note_id)
    text = checked_note(given.text)
    await Q.run(w.tx, "save_note", workspace_id=w.workspace_id, id=note_id, text=text, now=at)
    return await _touched(w, caller, contact, at)


async def remove_note(w: Writer, caller: Caller, contact_id: UUID, note_id: UUID, at: datetime) -> ContactDetail:
    """Raises NotFound, Forbidden."""
    contact = await _writable(w, caller, contact_id, note_id)
    await Q.run(w.tx, "delete_note", workspace_id=w.workspace_id, id=note_id)
    return await _touched(w, caller, contact, at)


async def _writable(w: Writer, caller: Caller, contact_id: UUID, note_id: UUID) -> Contact:
    contact = await get_visible(w.tx, caller, contact_id)
    note = await Q.row(w.tx, "find_note", workspace_id=w.workspace_id, contact_id=contact_id, id=note_id)
    if note is None:
        raise NotFound("no such note")
    if note["author_id"] != caller.agent_id and not caller.sees_all:
        raise Forbidden("only its author and supervisors change a note")
    return contact


async def _touched(w: Writer, caller: Caller, contact: Contact, at: datetime) -> ContactDetail:
    await Q.run(w.tx, "touch_contact", workspace_id=w.workspace_id, id=contact.id, revision=w.revision)
    await announce(w, caller, ContactSummary(contact.id, contact.name, w.revision, contact.blocked is not None), at)
    return await get_detail(w.tx, caller, contact.id)

"""Blocking: what a blocked contact sends is kept as a receipt and reaches nobody; nobody can write to them."""

from datetime import datetime
from uuid import UUID

from harken.contacts.audience import announce
from harken.contacts.model import ContactDetail, ContactSummary
from harken.contacts.store import Q, get_detail, get_visible
from harken.events.log import Writer
from harken.people.model import Caller


async def block(w: Writer, caller: Caller, contact_id: UUID, at: datetime) -> ContactDetail:
    """Harmless when it is blocked already. Raises NotFound."""
    return await _set(w, caller, contact_id, blocked=True, at=at)


async def unblock(w: Writer, caller: Caller, contact_id: UUID, at: datetime) -> ContactDetail:
    """What came meanwhile can be replayed from the receipts. Raises NotFound."""
    return await _set(w, caller, contact_id, blocked=False, at=at)


async def _set(w: Writer, caller: Caller, contact_id: UUID, *, blocked: bool, at: datetime) -> ContactDetail:
    contact = await get_visible(w.tx, caller, contact_id)
    if (contact.blocked is not None) != blocked:
        await Q.run(
            w.tx, "set_blocked", workspace_id=w.workspace_id, id=contact_id, at=at if blocked else None,
            by=caller.agent_id if blocked else None, revision=w.revision,
        )  # fmt: skip
        await announce(w, caller, ContactSummary(contact_id, contact.name, w.revision, blocked), at)
    return await get_detail(w.tx, caller, contact_id)

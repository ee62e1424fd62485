"""What is done about contacts. For other domains: `require_visible`, `refuse_blocked`."""

from uuid import UUID

from harken.contacts.store import get_visible, is_blocked
from harken.kit.db import Tx
from harken.kit.errors import Conflict
from harken.people.model import Caller


async def require_visible(tx: Tx, caller: Caller, contact_id: UUID) -> None:
    """Raises NotFound, also for a contact that the caller may not see."""
    await get_visible(tx, caller, contact_id)


async def refuse_blocked(tx: Tx, workspace_id: UUID, contact_id: UUID) -> None:
    """Raises Conflict `blocked`: nobody writes to a contact whose answers nobody would get."""
    if await is_blocked(tx, workspace_id, contact_id):
        raise Conflict("this contact is blocked", code="blocked", fields={"reason": "blocked"})

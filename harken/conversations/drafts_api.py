"""The caller's own draft of a conversation, over HTTP."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import delete, get, put

from harken.conversations import store
from harken.conversations.actions.change import lock_visible
from harken.conversations.drafts import Draft, DraftBody, delete_draft, get_draft, save_draft
from harken.events.log import writing
from harken.people.model import Caller
from harken.port.services import Services

_DRAFT = "/api/conversations/{conversation_id:uuid}/draft"


class NewDraft(DraftBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`base`: the revision that it was made from (0: from none); left out, it takes the place of whatever is there."""

    attachment_ids: Annotated[list[UUID], msgspec.Meta(max_length=100)] = msgspec.field(default_factory=list)
    base: int | None = None

    def body(self) -> DraftBody:
        return DraftBody(**{name: getattr(self, name) for name in DraftBody.__struct_fields__})


@get(_DRAFT, tags=["conversations"])
async def read_draft(caller: Caller, services: Services, conversation_id: UUID) -> Draft:
    """The caller's own; empty with revision 0 when there is none."""
    async with services.db.connection() as connection:
        await store.get_visible(connection, caller, conversation_id)
        return await get_draft(connection, caller, conversation_id)


@put(_DRAFT, tags=["conversations"])
async def put_draft(caller: Caller, services: Services, conversation_id: UUID, data: NewDraft) -> Draft:
    """Keeps it; an empty one is deleted. 409 draft_changed with `draft` when another page has written since `base`."""
    async with writing(services.db, caller.workspace_id) as w:
        await lock_visible(w, caller, conversation_id)
        now = services.clock.now()
        return await save_draft(w, caller, conversation_id, data.body(), data.attachment_ids, data.base, now)


@delete(_DRAFT, tags=["conversations"], status_code=200)
async def remove_draft(caller: Caller, services: Services, conversation_id: UUID, base: int | None = None) -> Draft:
    """Throws it away. 409 draft_changed as with PUT."""
    async with writing(services.db, caller.workspace_id) as w:
        await lock_visible(w, caller, conversation_id)
        return await delete_draft(w, caller, conversation_id, base, services.clock.now())


ROUTES = [read_draft, put_draft, remove_draft]

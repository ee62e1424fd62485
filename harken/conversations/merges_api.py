"""Merging contacts over HTTP: here, above the contacts, because the threads of their conversations tell of it."""

from uuid import UUID

import msgspec
from litestar import delete, post

from harken.contacts.model import ContactDetail
from harken.conversations.actions.merge import merge_contacts, separate_contacts
from harken.events.log import writing
from harken.people.model import Caller
from harken.port.services import Services

_CONTACT = "/api/contacts/{contact_id:uuid}"


class MergeWith(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    contact_id: UUID


@post(f"{_CONTACT}/merge", tags=["contacts"], status_code=200)
async def post_merge(services: Services, caller: Caller, contact_id: UUID, data: MergeWith) -> ContactDetail:
    """The other contact's addresses, conversations and notes become this one's; what this one has of its own wins."""
    async with writing(services.db, caller.workspace_id) as w:
        return await merge_contacts(w, caller, contact_id, data.contact_id, services.clock.now())


@delete(f"{_CONTACT}/merges/{{merge_id:uuid}}", tags=["contacts"], status_code=200)
async def delete_merge(services: Services, caller: Caller, contact_id: UUID, merge_id: UUID) -> ContactDetail:
    """Takes a merge back: the other contact has its addresses again, with all their conversations."""
    async with writing(services.db, caller.workspace_id) as w:
        return await separate_contacts(w, caller, contact_id, merge_id, services.clock.now())


ROUTES = [post_merge, delete_merge]

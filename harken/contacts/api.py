"""Contacts over HTTP: whom the caller may see, by name."""

from uuid import UUID

from litestar import delete, get, patch, post

from harken.contacts.actions import ContactPatch, NewContact, change_contact, create_contact, remove_contact
from harken.contacts.model import Contact
from harken.contacts.store import ContactPage, get_visible, list_contacts
from harken.events.log import writing
from harken.people.model import Caller
from harken.port.services import Services


@get("/api/contacts", tags=["contacts"])
async def get_contacts(
    services: Services, caller: Caller, q: str = "", limit: int = 50, cursor: str | None = None
) -> ContactPage:
    """Contacts whose name or address begins with `q`, by name."""
    async with services.db.connection() as connection:
        return await list_contacts(connection, caller, q, limit, cursor)


@get("/api/contacts/{contact_id:uuid}", tags=["contacts"])
async def get_one_contact(services: Services, caller: Caller, contact_id: UUID) -> Contact:
    """One contact with identities and attributes."""
    async with services.db.connection() as connection:
        return await get_visible(connection, caller, contact_id)


@post("/api/contacts", tags=["contacts"])
async def post_contact(services: Services, caller: Caller, data: NewContact) -> Contact:
    """Makes a contact. 409 address_taken."""
    async with writing(services.db, caller.workspace_id) as w:
        return await create_contact(w, caller, services.connectors, data, services.clock.now())


@patch("/api/contacts/{contact_id:uuid}", tags=["contacts"])
async def patch_contact(services: Services, caller: Caller, contact_id: UUID, data: ContactPatch) -> Contact:
    """Name and attributes."""
    async with writing(services.db, caller.workspace_id) as w:
        return await change_contact(w, caller, contact_id, data, services.clock.now())


@delete("/api/contacts/{contact_id:uuid}", tags=["contacts"], status_code=204)
async def delete_contact(services: Services, caller: Caller, contact_id: UUID) -> None:
    """409 has_conversations when there are any."""
    async with writing(services.db, caller.workspace_id) as w:
        await remove_contact(w, caller, contact_id)


ROUTES = [get_contacts, get_one_contact, post_contact, patch_contact, delete_contact]

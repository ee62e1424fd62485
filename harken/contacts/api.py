"""Contacts over HTTP: whom the caller may see, and what is done about them."""

import base64
import binascii
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from litestar import delete, get, patch, post, put

from harken.contacts import table_api
from harken.contacts.actions.block import block, unblock
from harken.contacts.actions.contact import (
    ContactPatch,
    NewContact,
    change_contact,
    create_contact,
    put_labels,
    remove_contact,
)
from harken.contacts.actions.identities import NewIdentity, add_identity, remove_identity
from harken.contacts.actions.notes import NoteText, add_note, change_note, remove_note
from harken.contacts.listing import MOST, ContactPage, ContactQuery, list_contacts
from harken.contacts.model import ContactDetail, ContactFile
from harken.contacts.store import get_detail, get_visible, list_files
from harken.events.log import writing
from harken.kit.errors import Invalid
from harken.people.model import Caller
from harken.port.services import Services

_CONTACT = "/api/contacts/{contact_id:uuid}"


class FilePage(msgspec.Struct, frozen=True):
    items: list[ContactFile]
    next_cursor: str | None


class LabelIds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    labels: list[UUID]


@get("/api/contacts", tags=["contacts"])
async def get_contacts(
    services: Services, caller: Caller, q: str = "", label: UUID | None = None, connector: str | None = None,
    blocked: bool | None = None, sort: Literal["name", "recent"] = "name", limit: int = 50, cursor: str | None = None,
) -> ContactPage:  # fmt: skip
    """Contacts by name, or by when they were last spoken with. `q`: words that begin a word of name, address or attributes."""
    return await list_contacts(
        services.db, caller, ContactQuery(q[:200], label, connector, blocked, sort, limit, cursor)
    )


@get(_CONTACT, tags=["contacts"])
async def get_one_contact(services: Services, caller: Caller, contact_id: UUID) -> ContactDetail:
    """One contact with identities, attributes, labels, notes, and the merges that can be undone."""
    async with services.db.connection() as connection:
        return await get_detail(connection, caller, contact_id)


@get(f"{_CONTACT}/files", tags=["contacts"])
async def get_contact_files(
    services: Services, caller: Caller, contact_id: UUID, limit: int = 20, cursor: str | None = None
) -> FilePage:
    """What was sent to and fro with the contact in conversations that the caller may see, newest first."""
    size, after = max(1, min(limit, MOST)), _read(cursor) if cursor else None
    async with services.db.connection() as connection:
        await get_visible(connection, caller, contact_id)
        files = await list_files(connection, caller, contact_id, size + 1, after)
    return FilePage(files[:size], _cursor(files[size - 1]) if len(files) > size else None)


@post("/api/contacts", tags=["contacts"])
async def post_contact(services: Services, caller: Caller, data: NewContact) -> ContactDetail:
    """Makes a contact. 409 address_taken, with `contact` when the caller may see whose address it is."""
    async with writing(services.db, caller.workspace_id) as w:
        return await create_contact(w, caller, services.connectors, data, services.clock.now())


@patch(_CONTACT, tags=["contacts"])
async def patch_contact(services: Services, caller: Caller, contact_id: UUID, data: ContactPatch) -> ContactDetail:
    """Name, time zone, language and attributes."""
    async with writing(services.db, caller.workspace_id) as w:
        return await change_contact(w, caller, contact_id, data, services.clock.now())


@delete(_CONTACT, tags=["contacts"], status_code=204)
async def delete_contact(services: Services, caller: Caller, contact_id: UUID) -> None:
    """409 has_conversations when there are any."""
    async with writing(services.db, caller.workspace_id) as w:
        await remove_contact(w, caller, contact_id, services.clock.now())


@put(f"{_CONTACT}/labels", tags=["contacts"])
async def put_contact_labels(services: Services, caller: Caller, contact_id: UUID, data: LabelIds) -> ContactDetail:
    """Exactly these labels."""
    async with writing(services.db, caller.workspace_id) as w:
        return await put_labels(w, caller, contact_id, data.labels, services.clock.now())


@post(f"{_CONTACT}/identities", tags=["contacts"])
async def post_identity(services: Services, caller: Caller, contact_id: UUID, data: NewIdentity) -> ContactDetail:
    """One more address. 409 address_taken, with `contact` when the caller may see whose it is."""
    async with writing(services.db, caller.workspace_id) as w:
        return await add_identity(w, caller, services.connectors, contact_id, data, services.clock.now())


@delete(f"{_CONTACT}/identities/{{identity_id:uuid}}", tags=["contacts"], status_code=200)
async def delete_identity(services: Services, caller: Caller, contact_id: UUID, identity_id: UUID) -> ContactDetail:
    """409 has_conversations when there are any with this address."""
    async with writing(services.db, caller.workspace_id) as w:
        return await remove_identity(w, caller, contact_id, identity_id, services.clock.now())


@post(f"{_CONTACT}/notes", tags=["contacts"])
async def post_contact_note(services: Services, caller: Caller, contact_id: UUID, data: NoteText) -> ContactDetail:
    """A note for colleagues."""
    async with writing(services.db, caller.workspace_id) as w:
        return await add_note(w, caller, contact_id, data, services.clock.now())


@patch(f"{_CONTACT}/notes/{{note_id:uuid}}", tags=["contacts"])
async def patch_contact_note(
    services: Services, caller: Caller, contact_id: UUID, note_id: UUID, data: NoteText
) -> ContactDetail:
    """Another text, by its author or a supervisor."""
    async with writing(services.db, caller.workspace_id) as w:
        return await change_note(w, caller, contact_id, note_id, data, services.clock.now())


@delete(f"{_CONTACT}/notes/{{note_id:uuid}}", tags=["contacts"], status_code=200)
async def delete_contact_note(services: Services, caller: Caller, contact_id: UUID, note_id: UUID) -> ContactDetail:
    """By its author or a supervisor."""
    async with writing(services.db, caller.workspace_id) as w:
        return await remove_note(w, caller, contact_id, note_id, services.clock.now())


@put(f"{_CONTACT}/block", tags=["contacts"])
async def put_block(services: Services, caller: Caller, contact_id: UUID) -> ContactDetail:
    """From now on what the contact sends reaches nobody, and nobody can write to them."""
    async with writing(services.db, caller.workspace_id) as w:
        return await block(w, caller, contact_id, services.clock.now())


@delete(f"{_CONTACT}/block", tags=["contacts"], status_code=200)
async def delete_block(services: Services, caller: Caller, contact_id: UUID) -> ContactDetail:
    """Lets the contact in again."""
    async with writing(services.db, caller.workspace_id) as w:
        return await unblock(w, caller, contact_id, services.clock.now())


def _cursor(file: ContactFile) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode((file.created_at, file.id))).decode().rstrip("=")


def _read(cursor: str) -> tuple[datetime, UUID]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        at, id = msgspec.json.decode(text, type=tuple[datetime, UUID])
    except (ValueError, binascii.Error, msgspec.MsgspecError) as error:
        raise Invalid(("cursor", "invalid")) from error
    if at.tzinfo is None:
        raise Invalid(("cursor", "invalid"))
    return at, id


ROUTES = [
    get_contacts, get_one_contact, get_contact_files, post_contact, patch_contact, delete_contact, put_contact_labels,
    post_identity, delete_identity, post_contact_note, patch_contact_note, delete_contact_note, put_block, delete_block,
    *table_api.ROUTES,
]  # fmt: skip

"""What agents do about contacts: make, change, label, take away. Who may see the contact hears of it, nobody else."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from harken.contacts.actions.identities import NewIdentity, insert_identity
from harken.contacts.audience import announce
from harken.contacts.model import ContactDetail, ContactSummary
from harken.contacts.rules import (
    MOST_LABELS,
    checked_language,
    checked_name,
    checked_timezone,
    merged_attributes,
)
from harken.contacts.store import Q, get_detail, get_visible
from harken.events.log import Writer
from harken.kit.errors import Conflict, Invalid
from harken.kit.ids import new_id
from harken.people.model import Caller
from harken.port.connector import Connector


class NewContact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    attributes: dict[str, Any] = {}
    identities: list[NewIdentity] = []
    timezone: str = ""
    language: str = ""


class ContactPatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is left out stays; `attributes` are merged key by key, null takes one away."""

    name: str | None = None
    attributes: dict[str, Any] | None = None
    timezone: str | None = None
    language: str | None = None


async def create_contact(
    w: Writer, caller: Caller, connectors: Mapping[str, Connector], new: NewContact, at: datetime
) -> ContactDetail:
    """Raises Invalid; Conflict (address_taken) when another contact has an address."""
    name, contact_id = checked_name(new.name), new_id()
    if not name and not new.identities:
        raise Invalid(("name", "required"))
    if len(new.identities) > 20:
        raise Invalid(("identities", "too_long"))
    await Q.run(
        w.tx, "insert_contact", id=contact_id, workspace_id=w.workspace_id, name=name,
        attributes=merged_attributes({}, new.attributes), timezone=checked_timezone(new.timezone),
        language=checked_language(new.language), revision=w.revision, now=at,
    )  # fmt: skip
    for identity in new.identities:
        await insert_identity(w, caller, connectors, contact_id, name, identity, at)
    await announce(w, caller, ContactSummary(contact_id, name, w.revision), at)
    return await get_detail(w.tx, caller, contact_id)


async def change_contact(
    w: Writer, caller: Caller, contact_id: UUID, patch: ContactPatch, at: datetime
) -> ContactDetail:
    """Raises NotFound, Invalid."""
    before = await get_visible(w.tx, caller, contact_id)
    name = before.name if patch.name is None else checked_name(patch.name)
    await Q.run(
        w.tx, "save_contact", workspace_id=w.workspace_id, id=contact_id, name=name,
        attributes=merged_attributes(before.attributes, patch.attributes or {}), label_ids=before.label_ids,
        timezone=before.timezone if patch.timezone is None else checked_timezone(patch.timezone),
        language=before.language if patch.language is None else checked_language(patch.language), revision=w.revision,
    )  # fmt: skip
    await announce(w, caller, ContactSummary(contact_id, name, w.revision, before.blocked is not None), at)
    return await get_detail(w.tx, caller, contact_id)


async def put_labels(w: Writer, caller: Caller, contact_id: UUID, label_ids: list[UUID], at: datetime) -> ContactDetail:
    """Exactly these from now on. Raises NotFound; Invalid for an unknown one."""
    before = await get_visible(w.tx, caller, contact_id)
    wanted = list(dict.fromkeys(label_ids))
    if len(wanted) > max(MOST_LABELS, len(before.label_ids)):
        raise Invalid(("labels", "too_many"))
    if await Q.value(w.tx, "count_labels", workspace_id=w.workspace_id, ids=wanted) != len(wanted):
        raise Invalid(("labels", "unknown"))
    if set(wanted) != set(before.label_ids):
        await Q.run(
            w.tx, "save_contact", workspace_id=w.workspace_id, id=contact_id, name=before.name,
            attributes=before.attributes, label_ids=wanted, timezone=before.timezone, language=before.language,
            revision=w.revision,
        )  # fmt: skip
        await announce(w, caller, ContactSummary(contact_id, before.name, w.revision, before.blocked is not None), at)
    return await get_detail(w.tx, caller, contact_id)


async def remove_contact(w: Writer, caller: Caller, contact_id: UUID, at: datetime) -> None:
    """contact_changed tells of it: who asks for the contact then finds none. Raises NotFound; Conflict (has_conversations)."""
    contact = await get_visible(w.tx, caller, contact_id)
    try:
        await Q.run(w.tx, "delete_contact", workspace_id=w.workspace_id, id=contact_id)
    except (asyncpg.ForeignKeyViolationError, asyncpg.RestrictViolationError) as error:
        raise Conflict("there are conversations with this contact", code="has_conversations") from error
    await announce(w, caller, ContactSummary(contact_id, contact.name, w.revision, contact.blocked is not None), at)

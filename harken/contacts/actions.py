"""What agents do about contacts: make, change, take away. Who may see the contact hears of it, nobody else."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from harken.contacts.audience import audiences_of, places_of
from harken.contacts.model import Contact, ContactSummary
from harken.contacts.rules import checked_name, merged_attributes, normal_address
from harken.contacts.store import Q, get_visible
from harken.events.log import Writer
from harken.events.types import Actor, Audience
from harken.kit.db import Tx
from harken.kit.errors import Conflict, Invalid
from harken.kit.ids import new_id
from harken.people.model import Caller
from harken.port.connector import Connector


class NewIdentity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An address on one of the workspace's channels."""

    channel_id: UUID
    address: str


class NewContact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    attributes: dict[str, Any] = {}
    identities: list[NewIdentity] = []


class ContactPatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is left out stays; `attributes` are merged key by key, null takes one away."""

    name: str | None = None
    attributes: dict[str, Any] | None = None


async def create_contact(
    w: Writer, caller: Caller, connectors: Mapping[str, Connector], new: NewContact, at: datetime
) -> Contact:
    """Raises Invalid; Conflict (address_taken) when another contact has an address."""
    name, attributes, contact_id = checked_name(new.name), merged_attributes({}, new.attributes), new_id()
    if not name and not new.identities:
        raise Invalid(("name", "required"))
    if len(new.identities) > 20:
        raise Invalid(("identities", "too_long"))
    await Q.run(
        w.tx, "insert_contact", id=contact_id, workspace_id=w.workspace_id, name=name, attributes=attributes,
        revision=w.revision, now=at,
    )  # fmt: skip
    for identity in new.identities:
        await _add_identity(w, caller, connectors, contact_id, name, identity, at)
    await _announce(w, caller, ContactSummary(contact_id, name, w.revision), at)
    return await get_visible(w.tx, caller, contact_id)


async def change_contact(w: Writer, caller: Caller, contact_id: UUID, patch: ContactPatch, at: datetime) -> Contact:
    """Raises NotFound, Invalid."""
    before = await get_visible(w.tx, caller, contact_id)
    name = before.name if patch.name is None else checked_name(patch.name)
    attributes = merged_attributes(before.attributes, patch.attributes or {})
    summary = ContactSummary(contact_id, name, w.revision)
    await Q.run(
        w.tx, "save_contact", workspace_id=w.workspace_id, id=contact_id, name=name, attributes=attributes,
        revision=summary.revision,
    )  # fmt: skip
    await _announce(w, caller, summary, at)
    return await get_visible(w.tx, caller, contact_id)


async def remove_contact(w: Writer, caller: Caller, contact_id: UUID) -> None:
    """Raises NotFound; Conflict (has_conversations)."""
    await get_visible(w.tx, caller, contact_id)
    try:
        await Q.run(w.tx, "delete_contact", workspace_id=w.workspace_id, id=contact_id)
    except (asyncpg.ForeignKeyViolationError, asyncpg.RestrictViolationError) as error:
        raise Conflict("there are conversations with this contact", code="has_conversations") from error


async def _add_identity(
    w: Writer, caller: Caller, connectors: Mapping[str, Connector], contact_id: UUID, name: str, new: NewIdentity,
    at: datetime,
) -> None:  # fmt: skip
    channel = await Q.row(w.tx, "find_channel", workspace_id=w.workspace_id, id=new.channel_id)
    usable = channel is not None and (
        caller.sees_all or channel["team_id"] is None or channel["team_id"] in caller.team_ids
    )
    if channel is None or not usable or channel["connector"] not in connectors:
        raise Invalid(("channel_id", "unknown_channel"))
    capabilities = connectors[channel["connector"]].capabilities(channel["settings"])
    try:
        await Q.run(
            w.tx, "insert_identity", id=new_id(), workspace_id=w.workspace_id, contact_id=contact_id,
            connector=channel["connector"], scope="" if capabilities.shared_identities else str(channel["id"]),
            address=normal_address(new.address, capabilities.address_kind), display_name=name, now=at,
        )  # fmt: skip
    except asyncpg.UniqueViolationError as error:
        raise Conflict("another contact has this address", code="address_taken") from error


async def _announce(w: Writer, caller: Caller, contact: ContactSummary, at: datetime) -> None:
    """One event for each place where the contact has conversations, all with the same revision: applying one twice
    changes nothing. A contact without any is everybody's."""
    places = await places_of(w.tx, w.workspace_id, [contact.id])
    audiences = audiences_of(places.get(contact.id, [])) or [Audience()]
    actor = Actor("agent", caller.agent_id, caller.name)
    for audience in audiences:
        w.append("contact_changed", {"contact": contact}, actor=actor, audience=audience, at=at)


async def require_visible(tx: Tx, caller: Caller, contact_id: UUID) -> None:
    """For other domains. Raises NotFound, also for a contact that the caller may not see."""
    await get_visible(tx, caller, contact_id)

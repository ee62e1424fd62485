"""The addresses of a contact: added and taken away."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from harken.contacts.audience import announce
from harken.contacts.model import Contact, ContactDetail, ContactSummary
from harken.contacts.rules import MOST_IDENTITIES, normal_address
from harken.contacts.store import Q, get_detail, get_visible
from harken.events.log import Writer
from harken.kit.db import Tx
from harken.kit.errors import Conflict, Invalid, NotFound
from harken.kit.ids import new_id
from harken.people.model import Caller
from harken.port.connector import Connector


class NewIdentity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An address on one of the workspace's channels."""

    channel_id: UUID
    address: str


async def add_identity(
    w: Writer, caller: Caller, connectors: Mapping[str, Connector], contact_id: UUID, new: NewIdentity, at: datetime
) -> ContactDetail:
    """Raises NotFound; Invalid; Conflict `address_taken`, with `contact` when the caller may see whose it is."""
    contact = await get_visible(w.tx, caller, contact_id)
    if len(contact.identities) >= MOST_IDENTITIES:
        raise Invalid(("identities", "too_many"))
    await insert_identity(w, caller, connectors, contact_id, contact.name, new, at)
    return await _touched(w, caller, contact, at)


async def remove_identity(
    w: Writer, caller: Caller, contact_id: UUID, identity_id: UUID, at: datetime
) -> ContactDetail:
    """Raises NotFound; Conflict `has_conversations`."""
    contact = await get_visible(w.tx, caller, contact_id)
    try:
        gone = await Q.run(
            w.tx, "delete_identity", workspace_id=w.workspace_id, contact_id=contact_id, id=identity_id
        )  # fmt: skip
    except (asyncpg.ForeignKeyViolationError, asyncpg.RestrictViolationError) as error:
        raise Conflict("there are conversations with this address", code="has_conversations") from error
    if not gone:
        raise NotFound("no such address")
    return await _touched(w, caller, contact, at)


async def insert_identity(
    w: Writer, caller: Caller, connectors: Mapping[str, Connector], contact_id: UUID, name: str, new: NewIdentity,
    at: datetime,
) -> None:  # fmt: skip
    """The row alone; the caller holds the workspace's sequence row, so that nobody takes the address meanwhile."""
    channel = await Q.row(w.tx, "find_channel", workspace_id=w.workspace_id, id=new.channel_id)
    usable = channel is not None and (
        caller.sees_all or channel["team_id"] is None or channel["team_id"] in caller.team_ids
    )
    if channel is None or not usable or channel["connector"] not in connectors:
        raise Invalid(("channel_id", "unknown_channel"))
    capabilities = connectors[channel["connector"]].capabilities(channel["settings"])
    which: dict[str, object] = {
        "workspace_id": w.workspace_id, "connector": channel["connector"],
        "scope": "" if capabilities.shared_identities else str(channel["id"]),
        "address": normal_address(new.address, capabilities.address_kind),
    }  # fmt: skip
    taken = await Q.row(w.tx, "find_identity", **which)
    if taken is not None:
        raise await _taken(w.tx, caller, ContactSummary(taken["contact_id"], taken["name"], taken["revision"]))
    await Q.run(w.tx, "insert_identity", id=new_id(), contact_id=contact_id, display_name=name, now=at, **which)


async def _taken(tx: Tx, caller: Caller, owner: ContactSummary) -> Conflict:
    """Names the contact only to who may see it: they can merge the two."""
    try:
        await get_visible(tx, caller, owner.id)
    except NotFound:
        return Conflict("another contact has this address", code="address_taken")
    return Conflict("another contact has this address", code="address_taken", fields={"contact": owner})


async def _touched(w: Writer, caller: Caller, contact: Contact, at: datetime) -> ContactDetail:
    await Q.run(w.tx, "touch_contact", workspace_id=w.workspace_id, id=contact.id, revision=w.revision)
    await announce(w, caller, ContactSummary(contact.id, contact.name, w.revision, contact.blocked is not None), at)
    return await get_detail(w.tx, caller, contact.id)

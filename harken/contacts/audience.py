"""Who hears of a contact: whoever may see a conversation with it, and nobody else; of one without any, everybody."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from harken.contacts.model import ContactSummary
from harken.contacts.store import Q
from harken.events.log import Writer
from harken.events.types import Access, Actor, Audience
from harken.kit.db import Tx
from harken.people.model import Caller


async def places_of(tx: Tx, workspace_id: UUID, contact_ids: Iterable[UUID]) -> dict[UUID, list[Access]]:
    """Where the contacts' conversations stand; nothing for a contact without any."""
    places: dict[UUID, list[Access]] = {}
    for row in await Q.rows(tx, "list_places", workspace_id=workspace_id, ids=list(contact_ids)):
        places.setdefault(row["contact_id"], []).append(Access(row["team_id"], row["agent_id"]))
    return places


def audiences_of(places: Iterable[Access]) -> list[Audience]:
    """One for each place, or everybody when one of them is everybody's."""
    distinct = list(dict.fromkeys(places))
    if any(place.team_id is None for place in distinct):
        return [Audience()]
    return [Audience(kind="conversation", after=place) for place in distinct]


async def announce(w: Writer, caller: Caller, contact: ContactSummary, at: datetime) -> None:
    """One event contact_changed for each place where the contact has conversations, all with the same revision: applying
    one twice changes nothing."""
    actor = Actor("agent", caller.agent_id, caller.name)
    for audience in await audiences(w, contact.id):
        w.append("contact_changed", {"contact": contact}, actor=actor, audience=audience, at=at)


async def audiences(w: Writer, contact_id: UUID) -> list[Audience]:
    """A contact without conversations is everybody's."""
    places = await places_of(w.tx, w.workspace_id, [contact_id])
    return audiences_of(places.get(contact_id, [])) or [Audience()]

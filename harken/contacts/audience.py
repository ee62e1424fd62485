"""Who hears of a contact: whoever may see a conversation with it, and nobody else."""

from collections.abc import Iterable
from uuid import UUID

from harken.contacts.store import Q
from harken.events.types import Access, Audience
from harken.kit.db import Tx


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

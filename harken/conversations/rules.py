"""The decisions about conversations. Pure; the browser's rules.ts decides the same on the same examples."""

from typing import Literal
from uuid import UUID

from harken.conversations.model import Place, View
from harken.events.types import Access
from harken.people.model import Caller


def view_of(place: Place) -> Literal["inbox", "open", "automated", "closed"]:
    """The one of the four views that holds a conversation; Yours is a part of Open."""
    if place.status == "closed":
        return "closed"
    match place.handler.kind:
        case "none":
            return "inbox"
        case "agent":
            return "open"
        case "bot":
            return "automated"


def views_for(place: Place, agent_id: UUID) -> list[View]:
    """Every view in which an agent who may see the conversation finds it."""
    view = view_of(place)
    mine = view == "open" and place.handler.id == agent_id
    return ["open", "yours"] if mine else [view]


def access_of(place: Place) -> Access:
    return Access(place.team_id, place.handler.id if place.handler.kind == "agent" else None)


def may_see(caller: Caller, access: Access) -> bool:
    """R4: supervisors and admins all; an agent what has no team, what is of their teams, and what they handle."""
    return (
        caller.sees_all
        or access.team_id is None
        or access.team_id in caller.team_ids
        or access.agent_id == caller.agent_id
    )

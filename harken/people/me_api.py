"""What an agent may change of themselves: name, availability, preferences."""

from typing import Any, Final

import msgspec
from litestar import patch

from harken.events.log import writing
from harken.events.types import Audience
from harken.kit.errors import Invalid
from harken.people.actions.agents import actor_of
from harken.people.model import Caller, Me
from harken.people.rules import checked_name
from harken.people.store import Q, get_agent, get_me
from harken.port.services import Services

_LARGEST_PREFERENCES: Final = 16_384


class MePatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is left out stays; `preferences` are merged key by key, null takes a key away."""

    name: str | None = None
    available: bool | None = None
    preferences: dict[str, Any] | None = None


@patch("/api/me", tags=["me"])
async def change_me(services: Services, caller: Caller, data: MePatch) -> Me:
    """One's own name, availability and preferences; every open page of the agent follows."""
    _check_preferences(data.preferences)
    name = None if data.name is None else checked_name(data.name)
    async with writing(services.db, caller.workspace_id) as w:
        before, me = await get_agent(w.tx, caller.workspace_id, caller.agent_id), await get_me(w.tx, caller)
        preferences = _merged(me.preferences, data.preferences or {})
        available = before.available if data.available is None else data.available
        await Q.run(
            w.tx, "save_me", workspace_id=caller.workspace_id, id=caller.agent_id, name=name or before.name,
            available=available, preferences=preferences,
        )  # fmt: skip
        after = await get_agent(w.tx, caller.workspace_id, caller.agent_id)
        actor, now = actor_of(caller), services.clock.now()
        if after != before:
            w.append("agent_changed", {"agent": after}, actor=actor, audience=Audience(), at=now)
        if preferences != me.preferences:
            own = Audience("agent", agent_id=caller.agent_id)
            w.append("preferences_changed", {"preferences": preferences}, actor=actor, audience=own, at=now)
        return await get_me(w.tx, caller)


def _merged(before: dict[str, Any], changed: dict[str, Any]) -> dict[str, Any]:
    """Raises Invalid for more than may be kept."""
    kept = {key: value for key, value in {**before, **changed}.items() if value is not None}
    _check_preferences(kept)
    return kept


def _check_preferences(preferences: dict[str, Any] | None) -> None:
    if preferences is not None and len(msgspec.json.encode(preferences)) > _LARGEST_PREFERENCES:
        raise Invalid(("preferences", "too_long"))


ROUTES = [change_me]

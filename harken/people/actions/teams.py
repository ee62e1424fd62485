"""Teams: made, named, filled and taken away. Who joins or leaves sees other conversations from then on."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import asyncpg

from harken.events.log import Writer
from harken.events.types import Audience
from harken.kit.errors import Conflict
from harken.kit.ids import new_id
from harken.people.actions.agents import actor_of, announce_rights
from harken.people.model import Caller, Team
from harken.people.rules import checked_color, checked_name
from harken.people.store import Q, get_agent, get_team, require_agents


async def create_team(
    w: Writer, caller: Caller, name: str, color: str, member_ids: Iterable[UUID], at: datetime
) -> Team:
    """Raises Invalid, Conflict (name_taken)."""
    caller.require("admin")
    team_id = new_id()
    try:
        await Q.run(
            w.tx, "insert_team", id=team_id, workspace_id=w.workspace_id, name=checked_name(name),
            color=checked_color(color), now=at,
        )  # fmt: skip
    except asyncpg.UniqueViolationError as error:
        raise _taken(error) from error
    return await set_members(w, caller, team_id, member_ids, at)


async def change_team(
    w: Writer, caller: Caller, team_id: UUID, name: str | None, color: str | None, at: datetime
) -> Team:
    """Raises NotFound, Invalid, Conflict (name_taken)."""
    caller.require("admin")
    before = await get_team(w.tx, w.workspace_id, team_id)
    new_name = before.name if name is None else checked_name(name)
    new_color = before.color if color is None else checked_color(color)
    try:
        await Q.run(w.tx, "save_team", workspace_id=w.workspace_id, id=team_id, name=new_name, color=new_color)
    except asyncpg.UniqueViolationError as error:
        raise _taken(error) from error
    team = await get_team(w.tx, w.workspace_id, team_id)
    w.append("team_changed", {"team": team}, actor=actor_of(caller), audience=Audience(), at=at)
    return team


async def set_members(w: Writer, caller: Caller, team_id: UUID, member_ids: Iterable[UUID], at: datetime) -> Team:
    """Exactly these are in the team afterwards. Raises NotFound, Invalid."""
    caller.require("admin")
    before = await get_team(w.tx, w.workspace_id, team_id)
    wanted = set(member_ids)
    await require_agents(w.tx, w.workspace_id, wanted, "member_ids")
    await Q.run(w.tx, "empty_team", workspace_id=w.workspace_id, team_id=team_id)
    await Q.run(w.tx, "fill_team", workspace_id=w.workspace_id, team_id=team_id, agent_ids=sorted(wanted))
    team = await get_team(w.tx, w.workspace_id, team_id)
    w.append("team_changed", {"team": team}, actor=actor_of(caller), audience=Audience(), at=at)
    await _announce_members(w, caller, wanted ^ set(before.member_ids), at)
    return team


async def remove_team(w: Writer, caller: Caller, team_id: UUID, at: datetime) -> None:
    """Raises NotFound; Conflict (team_in_use) while conversations or channels are the team's: without it everybody
    could see them."""
    caller.require("admin")
    before = await get_team(w.tx, w.workspace_id, team_id)
    if await Q.value(w.tx, "team_is_needed", workspace_id=w.workspace_id, id=team_id):
        raise Conflict("channels or conversations belong to this team", code="team_in_use")
    await Q.run(w.tx, "delete_team", workspace_id=w.workspace_id, id=team_id)
    w.append("team_removed", {"id": team_id}, actor=actor_of(caller), audience=Audience(), at=at)
    await _announce_members(w, caller, before.member_ids, at)


async def _announce_members(w: Writer, caller: Caller, agent_ids: Iterable[UUID], at: datetime) -> None:
    for agent_id in sorted(agent_ids):
        agent = await get_agent(w.tx, w.workspace_id, agent_id)
        w.append("agent_changed", {"agent": agent}, actor=actor_of(caller), audience=Audience(), at=at)
        announce_rights(w, actor_of(caller), at, agent_id)


def _taken(error: asyncpg.UniqueViolationError) -> Exception:
    taken = error.constraint_name == "team_name_unique"
    return Conflict("another team has this name", code="name_taken") if taken else error

"""Changing an agent: name, role, teams, deactivation. The last admin stays one."""

from datetime import datetime
from uuid import UUID

import msgspec

from harken.events.log import Writer
from harken.events.types import Actor, Audience
from harken.kit.errors import Conflict
from harken.people.access import end_sessions
from harken.people.model import Agent, Caller, Role
from harken.people.rules import checked_name, rights_differ
from harken.people.store import Q, get_agent, get_team, require_teams


class AgentPatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What of an agent an admin may change; what is left out stays."""

    name: str | msgspec.UnsetType = msgspec.UNSET
    role: Role | msgspec.UnsetType = msgspec.UNSET
    active: bool | msgspec.UnsetType = msgspec.UNSET
    team_ids: list[UUID] | msgspec.UnsetType = msgspec.UNSET


async def change_agent(w: Writer, caller: Caller, agent_id: UUID, patch: AgentPatch) -> Agent:
    """Changes the rows and returns the agent; `announce_agent` appends the events.

    For admins. A deactivated agent's sessions end here; their open conversations are the caller's to return (R10).
    Raises Forbidden, NotFound, Invalid, Conflict (last_admin).
    """
    caller.require("admin")
    before = await get_agent(w.tx, w.workspace_id, agent_id)
    name = before.name if isinstance(patch.name, msgspec.UnsetType) else checked_name(patch.name)
    role = before.role if isinstance(patch.role, msgspec.UnsetType) else patch.role
    active = before.active if isinstance(patch.active, msgspec.UnsetType) else patch.active
    if before.role == "admin" and before.active and not (role == "admin" and active):
        await _keep_an_admin(w, agent_id)
    await Q.run(w.tx, "save_agent", workspace_id=w.workspace_id, id=agent_id, name=name, role=role, active=active)
    if not isinstance(patch.team_ids, msgspec.UnsetType):
        await _set_teams(w, agent_id, patch.team_ids)
    if not active:
        await end_sessions(w.tx, w.workspace_id, agent_id)
    return await get_agent(w.tx, w.workspace_id, agent_id)


async def announce_agent(w: Writer, actor: Actor, at: datetime, before: Agent, after: Agent) -> None:
    """Appends what the change of an agent means to the others: the agent, the teams that gained or lost them, and,
    when their rights are others now, that their own pages must load again."""
    w.append("agent_changed", {"agent": after}, actor=actor, audience=Audience(), at=at)
    for team_id in sorted(set(before.team_ids) ^ set(after.team_ids)):
        team = await get_team(w.tx, w.workspace_id, team_id)
        w.append("team_changed", {"team": team}, actor=actor, audience=Audience(), at=at)
    if rights_differ(before, after):
        announce_rights(w, actor, at, after.id)


def announce_rights(w: Writer, actor: Actor, at: datetime, agent_id: UUID) -> None:
    """Tells the agent's own pages, and nobody else's, to load again with the rights of now."""
    whom = Audience(kind="agent", agent_id=agent_id)
    w.append("rights_changed", {"agent_id": agent_id}, actor=actor, audience=whom, at=at)


def actor_of(caller: Caller) -> Actor:
    return Actor("agent", caller.agent_id, caller.name)


async def _set_teams(w: Writer, agent_id: UUID, team_ids: list[UUID]) -> None:
    await require_teams(w.tx, w.workspace_id, team_ids)
    await Q.run(w.tx, "leave_teams", workspace_id=w.workspace_id, agent_id=agent_id)
    await Q.run(w.tx, "join_teams", workspace_id=w.workspace_id, agent_id=agent_id, team_ids=team_ids)


async def _keep_an_admin(w: Writer, agent_id: UUID) -> None:
    """Safe against two admins who demote each other: the writer holds the workspace's sequence row."""
    if not await Q.value(w.tx, "count_other_admins", workspace_id=w.workspace_id, id=agent_id):
        raise Conflict("the workspace needs an admin", code="last_admin")

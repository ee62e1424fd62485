"""A new agent, by invitation or through a provider, told to everybody's open pages."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from harken.events.log import Writer
from harken.events.types import Actor, Audience
from harken.kit.errors import Conflict
from harken.kit.ids import new_id
from harken.people.model import Role
from harken.people.rules import checked_name
from harken.people.store import Q, get_agent, get_team


async def add_agent(
    w: Writer, email: str, name: str, role: Role, team_ids: Sequence[UUID], password_hash: str | None, at: datetime
) -> UUID:
    """Returns their id. Without a password they come in through a provider only. Raises Conflict (address_taken)."""
    agent_id, agent_name = new_id(), checked_name(name)
    try:
        await Q.run(
            w.tx, "insert_agent", id=agent_id, workspace_id=w.workspace_id, email=email, name=agent_name, role=role,
            password_hash=password_hash, now=at,
        )  # fmt: skip
    except asyncpg.UniqueViolationError as error:
        raise Conflict("an agent has this address already", code="address_taken") from error
    rows = await Q.rows(w.tx, "known_teams", workspace_id=w.workspace_id, ids=list(team_ids))
    joined = sorted(row["id"] for row in rows)  # a team may have gone since
    await Q.run(w.tx, "join_teams", workspace_id=w.workspace_id, agent_id=agent_id, team_ids=joined)
    await _announce(w, Actor("agent", agent_id, agent_name), agent_id, joined, at)
    return agent_id


async def _announce(w: Writer, actor: Actor, agent_id: UUID, team_ids: Sequence[UUID], at: datetime) -> None:
    agent = await get_agent(w.tx, w.workspace_id, agent_id)
    w.append("agent_changed", {"agent": agent}, actor=actor, audience=Audience(), at=at)
    for team_id in team_ids:
        team = await get_team(w.tx, w.workspace_id, team_id)
        w.append("team_changed", {"team": team}, actor=actor, audience=Audience(), at=at)

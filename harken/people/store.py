"""Agents, teams and invitations, read and written as rows."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from harken.kit.db import Tx, queries_beside
from harken.kit.errors import Invalid, NotFound
from harken.people.model import Agent, Caller, Invitation, Me, Right, Role, Team, WorkspaceName

Q = queries_beside(__file__)
_RIGHTS: dict[Role, list[Right]] = {
    "agent": ["conversations"],
    "supervisor": ["conversations", "reassign"],
    "admin": ["conversations", "reassign", "configure"],
}


async def list_agents(tx: Tx, workspace_id: UUID) -> list[Agent]:
    """Every agent, by name; the deactivated too, since threads speak of them."""
    return [agent_from(row) for row in await Q.rows(tx, "list_agents", workspace_id=workspace_id)]


async def get_agent(tx: Tx, workspace_id: UUID, agent_id: UUID) -> Agent:
    """Raises NotFound."""
    row = await Q.row(tx, "find_agent", workspace_id=workspace_id, id=agent_id)
    if row is None:
        raise NotFound("no such agent")
    return agent_from(row)


async def get_me(tx: Tx, caller: Caller) -> Me:
    """The caller as they see themselves. Raises NotFound when they are gone."""
    row = await Q.row(tx, "find_me", workspace_id=caller.workspace_id, id=caller.agent_id)
    if row is None:
        raise NotFound("no such agent")
    return Me(
        row["id"], row["name"], row["email"], row["role"], list(row["team_ids"]), _RIGHTS[row["role"]],
        row["preferences"], WorkspaceName(row["workspace_id"], row["workspace_name"]),
    )  # fmt: skip


async def list_teams(tx: Tx, workspace_id: UUID) -> list[Team]:
    """Every team, by name."""
    return [team_from(row) for row in await Q.rows(tx, "list_teams", workspace_id=workspace_id)]


async def get_team(tx: Tx, workspace_id: UUID, team_id: UUID) -> Team:
    """Raises NotFound."""
    row = await Q.row(tx, "find_team", workspace_id=workspace_id, id=team_id)
    if row is None:
        raise NotFound("no such team")
    return team_from(row)


async def list_invitations(tx: Tx, workspace_id: UUID, now: datetime) -> list[Invitation]:
    """Those that can still be accepted, newest first."""
    rows = await Q.rows(tx, "list_invitations", workspace_id=workspace_id, now=now)
    return [msgspec.convert(dict(row), Invitation) for row in rows]


async def require_teams(tx: Tx, workspace_id: UUID, team_ids: Iterable[UUID], field: str = "team_ids") -> None:
    """Raises Invalid unless all are teams of the workspace."""
    wanted = set(team_ids)
    known = {row["id"] for row in await Q.rows(tx, "known_teams", workspace_id=workspace_id, ids=list(wanted))}
    if wanted - known:
        raise Invalid((field, "unknown_team"))


async def require_agents(tx: Tx, workspace_id: UUID, agent_ids: Iterable[UUID], field: str = "agent_ids") -> None:
    """Raises Invalid unless all are agents of the workspace."""
    wanted = set(agent_ids)
    known = {row["id"] for row in await Q.rows(tx, "known_agents", workspace_id=workspace_id, ids=list(wanted))}
    if wanted - known:
        raise Invalid((field, "unknown_agent"))


def agent_from(row: asyncpg.Record) -> Agent:
    return Agent(
        row["id"], row["name"], row["email"], row["role"], row["active"], row["available"], list(row["team_ids"])
    )


def team_from(row: asyncpg.Record) -> Team:
    return Team(row["id"], row["name"], row["color"], list(row["member_ids"]))

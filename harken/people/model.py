"""Agents, teams and who is calling. Pure."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from harken.kit.errors import Forbidden

Role = Literal["agent", "supervisor", "admin"]
Right = Literal["conversations", "reassign", "configure"]
Scope = Literal["read", "write", "admin"]


class Caller(msgspec.Struct, frozen=True):
    """Who calls: an agent, by session or token. Every action and query takes it or what it says."""

    workspace_id: UUID
    agent_id: UUID
    name: str
    role: Role
    team_ids: frozenset[UUID]
    scopes: frozenset[str] | None = None  # None: all (a session)

    @property
    def sees_all(self) -> bool:
        """Supervisors and admins see every conversation (R4)."""
        return self.role != "agent"

    def require(self, role: Literal["supervisor", "admin"]) -> None:
        """Raises Forbidden unless the caller has the role or a greater one."""
        ranks = ("agent", "supervisor", "admin")
        if ranks.index(self.role) < ranks.index(role):
            raise Forbidden(f"only for role {role}")
        if role == "admin" and not self.has_scope("admin"):
            raise Forbidden("the token lacks the scope admin", code="scope_missing")

    def has_scope(self, scope: Scope) -> bool:
        """Whether the token may do this: admin includes write, write includes read; a session may do all."""
        ranks = ("read", "write", "admin")
        return self.scopes is None or any(held in self.scopes for held in ranks[ranks.index(scope) :])


class Agent(msgspec.Struct, frozen=True):
    """An agent as everybody of the workspace sees them (snapshot.agents, event agent_changed)."""

    id: UUID
    name: str
    email: str
    role: Role
    active: bool
    available: bool
    team_ids: list[UUID]


class Me(msgspec.Struct, frozen=True):
    """The caller's own entry of the snapshot."""

    id: UUID
    name: str
    email: str
    role: Role
    team_ids: list[UUID]
    rights: list[Right]
    preferences: dict[str, Any]
    workspace: "WorkspaceName"


class WorkspaceName(msgspec.Struct, frozen=True):
    id: UUID
    name: str


class Team(msgspec.Struct, frozen=True):
    """A team (snapshot.teams, event team_changed)."""

    id: UUID
    name: str
    color: str
    member_ids: list[UUID]


class Invitation(msgspec.Struct, frozen=True):
    id: UUID
    email: str
    role: Role
    team_ids: list[UUID]
    created_at: datetime
    expires_at: datetime

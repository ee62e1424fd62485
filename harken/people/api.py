"""Agents, teams, invitations and tokens over HTTP. (PATCH /api/agents/{id} stands with the conversations: R10.)"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, get, patch, post, put

from harken.events.log import writing
from harken.kit.db import Tx
from harken.kit.errors import Conflict, Forbidden, Invalid, NotFound
from harken.people import factor_api, me_api, session_api, sessions_api
from harken.people.actions import invitations
from harken.people.actions.teams import change_team, create_team, remove_team, set_members
from harken.people.actions.tokens import SCOPES, insert_token
from harken.people.model import Agent, Caller, Invitation, Role, Scope, Team
from harken.people.oidc import api as oidc_api
from harken.people.oidc.providers import get_rules
from harken.people.passwords import check_password, hash_password
from harken.people.rules import checked_name
from harken.people.session_api import SignedIn, signed_in
from harken.people.store import Q, get_agent, get_team, list_agents, list_invitations, list_teams
from harken.port.services import Services


class AgentPage(msgspec.Struct, frozen=True):
    items: list[Agent]
    next_cursor: str | None = None


class TeamPage(msgspec.Struct, frozen=True):
    items: list[Team]
    next_cursor: str | None = None


class InvitationPage(msgspec.Struct, frozen=True):
    items: list[Invitation]
    next_cursor: str | None = None


class NewTeam(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    color: str = "blue"
    member_ids: list[UUID] = []


class TeamPatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str | None = None
    color: str | None = None


class Members(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    agent_ids: list[UUID]


class NewInvitation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    email: str
    role: Role = "agent"
    team_ids: list[UUID] = []


class MadeInvitation(msgspec.Struct, frozen=True):
    """`link` and `token` are shown this once."""

    id: UUID
    email: str
    role: Role
    team_ids: list[UUID]
    created_at: datetime
    expires_at: datetime
    token: str
    link: str


class ShownInvitation(msgspec.Struct, frozen=True):
    """What who holds the link may see. `password`: whether it is accepted with one, or by signing in with a provider."""

    workspace_name: str
    email: str
    role: Role
    password: bool


class Acceptance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    password: str


class NewToken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    scopes: list[Scope]


class Token(msgspec.Struct, frozen=True, omit_defaults=True):
    """`token` is shown once, in the answer that makes it."""

    id: UUID
    name: str
    scopes: list[str]
    created_at: datetime
    last_used_at: datetime | None
    token: str | None = None


class TokenPage(msgspec.Struct, frozen=True):
    items: list[Token]
    next_cursor: str | None = None


@get("/api/agents", tags=["people"])
async def get_agents(services: Services, caller: Caller) -> AgentPage:
    """Every agent of the workspace."""
    async with services.db.connection() as connection:
        return AgentPage(await list_agents(connection, caller.workspace_id))


@get("/api/agents/{agent_id:uuid}", tags=["people"])
async def get_one_agent(services: Services, caller: Caller, agent_id: UUID) -> Agent:
    """One agent."""
    async with services.db.connection() as connection:
        return await get_agent(connection, caller.workspace_id, agent_id)


@get("/api/teams", tags=["people"])
async def get_teams(services: Services, caller: Caller) -> TeamPage:
    """Every team of the workspace."""
    async with services.db.connection() as connection:
        return TeamPage(await list_teams(connection, caller.workspace_id))


@get("/api/teams/{team_id:uuid}", tags=["people"])
async def get_one_team(services: Services, caller: Caller, team_id: UUID) -> Team:
    """One team."""
    async with services.db.connection() as connection:
        return await get_team(connection, caller.workspace_id, team_id)


@post("/api/teams", tags=["people"])
async def post_team(services: Services, caller: Caller, data: NewTeam) -> Team:
    """Makes a team. For admins."""
    caller.require("admin")
    async with writing(services.db, caller.workspace_id) as w:
        return await create_team(w, caller, data.name, data.color, data.member_ids, services.clock.now())


@patch("/api/teams/{team_id:uuid}", tags=["people"])
async def patch_team(services: Services, caller: Caller, team_id: UUID, data: TeamPatch) -> Team:
    """Name and colour. For admins."""
    caller.require("admin")
    async with writing(services.db, caller.workspace_id) as w:
        return await change_team(w, caller, team_id, data.name, data.color, services.clock.now())


@put("/api/teams/{team_id:uuid}/members", tags=["people"])
async def put_members(services: Services, caller: Caller, team_id: UUID, data: Members) -> Team:
    """Exactly these are in the team afterwards. For admins."""
    caller.require("admin")
    async with writing(services.db, caller.workspace_id) as w:
        return await set_members(w, caller, team_id, data.agent_ids, services.clock.now())


@delete("/api/teams/{team_id:uuid}", tags=["people"], status_code=204)
async def delete_team(services: Services, caller: Caller, team_id: UUID) -> None:
    """409 team_in_use while channels or conversations are the team's. For admins."""
    caller.require("admin")
    async with writing(services.db, caller.workspace_id) as w:
        await remove_team(w, caller, team_id, services.clock.now())


@get("/api/invitations", tags=["people"])
async def get_invitations(services: Services, caller: Caller) -> InvitationPage:
    """Those that can still be accepted. For admins."""
    caller.require("admin")
    async with services.db.connection() as connection:
        return InvitationPage(await list_invitations(connection, caller.workspace_id, services.clock.now()))


@post("/api/invitations", tags=["people"])
async def post_invitation(services: Services, caller: Caller, data: NewInvitation) -> MadeInvitation:
    """Makes an invitation; its link is shown once. For admins."""
    caller.require("admin")
    async with services.db.tx() as tx:
        made, token = await invitations.invite(
            tx, caller, data.email, data.role, data.team_ids, services.clock.now()
        )  # fmt: skip
    link = f"{services.settings.public_url}/invite/{token}"
    return MadeInvitation(
        made.id, made.email, made.role, made.team_ids, made.created_at, made.expires_at, token, link
    )  # fmt: skip


@delete("/api/invitations/{invitation_id:uuid}", tags=["people"], status_code=204)
async def delete_invitation(services: Services, caller: Caller, invitation_id: UUID) -> None:
    """Takes an invitation back. For admins."""
    caller.require("admin")
    async with services.db.connection() as connection:
        if not await Q.run(connection, "delete_invitation", workspace_id=caller.workspace_id, id=invitation_id):
            raise NotFound("no such invitation")


@get("/api/invitations/by-token/{token:str}", opt={"anonymous": True}, tags=["people"])
async def show_invitation(services: Services, token: str) -> ShownInvitation:
    """What the link invites to."""
    async with services.db.connection() as connection:
        found = await invitations.find_invitation(connection, token, services.clock.now())
        password = await _password_suffices(connection, found)
    return ShownInvitation(found.workspace_name, found.email, found.role, password)


@post("/api/invitations/by-token/{token:str}/accept", opt={"anonymous": True}, tags=["people"])
async def accept_invitation(
    request: Request[Any, Any, Any], services: Services, token: str, data: Acceptance
) -> Response[SignedIn]:
    """Makes the agent and signs them in; once. 403 password_sign_in_off."""
    check_password(data.password)
    checked_name(data.name)
    now = services.clock.now()
    async with services.db.connection() as connection:
        found = await invitations.find_invitation(connection, token, now)
        if not await _password_suffices(connection, found):
            raise Forbidden("this workspace signs in through a provider", code="password_sign_in_off")
    hashed = await hash_password(data.password)
    async with writing(services.db, found.workspace_id) as w:
        agent_id = await invitations.accept(w, found, data.name, hashed, now)
    return await signed_in(request, services, found.workspace_id, agent_id)


async def _password_suffices(tx: Tx, invitation: invitations.OpenInvitation) -> bool:
    return invitation.role == "admin" or (await get_rules(tx, invitation.workspace_id)).password_sign_in


@get("/api/tokens", tags=["tokens"])
async def get_tokens(services: Services, caller: Caller) -> TokenPage:
    """One's own API tokens, without the secret."""
    async with services.db.connection() as connection:
        rows = await Q.rows(connection, "list_tokens", workspace_id=caller.workspace_id, agent_id=caller.agent_id)
    return TokenPage([msgspec.convert(dict(row), Token) for row in rows])


@post("/api/tokens", tags=["tokens"])
async def post_token(services: Services, caller: Caller, data: NewToken) -> Token:
    """Makes a token that may do what its scopes say and its agent may; it is shown once."""
    name, scopes = checked_name(data.name), _checked_scopes(caller, data.scopes)
    now = services.clock.now()
    async with services.db.tx() as tx:
        held = await Q.rows(tx, "list_tokens", workspace_id=caller.workspace_id, agent_id=caller.agent_id)
        if len(held) >= 100:
            raise Conflict("take away a token that is not used any more first", code="too_many_tokens")
        token_id, token = await insert_token(tx, caller.workspace_id, caller.agent_id, name, scopes, now)
    return Token(token_id, name, list(scopes), now, None, token)


@delete("/api/tokens/{token_id:uuid}", tags=["tokens"], status_code=204)
async def delete_token(services: Services, caller: Caller, token_id: UUID) -> None:
    """Takes one of one's own tokens away."""
    whose = {"workspace_id": caller.workspace_id, "agent_id": caller.agent_id}
    async with services.db.connection() as connection:
        if not await Q.run(connection, "delete_token", id=token_id, **whose):
            raise NotFound("no such token")


def _checked_scopes(caller: Caller, wanted: Sequence[Scope]) -> list[Scope]:
    """Raises Invalid for none at all, Forbidden for more than the caller has: a token makes no stronger one."""
    if not wanted:
        raise Invalid(("scopes", "required"))
    if any(not caller.has_scope(scope) for scope in wanted):
        raise Forbidden("a token cannot make one with more scopes", code="scope_missing")
    return [scope for scope in SCOPES if scope in wanted]


ROUTES = [
    *session_api.ROUTES, *sessions_api.ROUTES, *factor_api.ROUTES, *oidc_api.ROUTES,
    *me_api.ROUTES,
    get_agents, get_one_agent,
    get_teams, get_one_team, post_team, patch_team, put_members, delete_team,
    get_invitations, post_invitation, delete_invitation, show_invitation, accept_invitation,
    get_tokens, post_token, delete_token,
]  # fmt: skip

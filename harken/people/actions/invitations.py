"""Invitations by link: an admin makes one, whoever opens it chooses a name and a password and is an agent then."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from harken.events.log import Writer
from harken.kit.crypto import new_token, token_hash
from harken.kit.db import Tx
from harken.kit.errors import Conflict, NotFound
from harken.kit.ids import new_id
from harken.people.actions.newcomers import add_agent
from harken.people.model import Caller, Invitation, Role
from harken.people.rules import checked_email
from harken.people.store import Q, require_teams

VALID_FOR: Final = timedelta(days=7)


class OpenInvitation(msgspec.Struct, frozen=True):
    """One that can still be accepted, found by its token."""

    id: UUID
    workspace_id: UUID
    workspace_name: str
    email: str
    role: Role
    team_ids: list[UUID]


async def invite(
    tx: Tx, caller: Caller, email: str, role: Role, team_ids: Sequence[UUID], now: datetime
) -> tuple[Invitation, str]:
    """The invitation and its token, which is stored nowhere. Raises Forbidden, Invalid, Conflict (address_taken)."""
    caller.require("admin")
    address = checked_email(email)
    await require_teams(tx, caller.workspace_id, team_ids)
    if await Q.value(tx, "address_is_taken", workspace_id=caller.workspace_id, email=address):
        raise Conflict("an agent has this address already", code="address_taken")
    token = new_token("hki_")
    made = Invitation(new_id(), address, role, list(dict.fromkeys(team_ids)), now, now + VALID_FOR)
    await Q.run(
        tx, "insert_invitation", id=made.id, workspace_id=caller.workspace_id, token_hash=token_hash(token),
        email=made.email, role=made.role, team_ids=made.team_ids, created_by=caller.agent_id, now=now,
        expires_at=made.expires_at,
    )  # fmt: skip
    return made, token


async def find_invitation(tx: Tx, token: str, now: datetime) -> OpenInvitation:
    """Raises NotFound for one that is unknown, used, taken back or too old."""
    row = await Q.row(tx, "find_invitation", token_hash=token_hash(token), now=now)
    if row is None:
        raise NotFound("this invitation is not valid any more")
    return OpenInvitation(
        row["id"], row["workspace_id"], row["workspace_name"], row["email"], row["role"], list(row["team_ids"])
    )


async def accept(w: Writer, invitation: OpenInvitation, name: str, password_hash: str | None, now: datetime) -> UUID:
    """Makes the agent; returns their id. Once: raises NotFound for the slower of two, Conflict (address_taken)."""
    if not await Q.run(w.tx, "accept_invitation", workspace_id=w.workspace_id, id=invitation.id, now=now):
        raise NotFound("this invitation is not valid any more")
    return await add_agent(
        w, invitation.email, name, invitation.role, invitation.team_ids, password_hash, now
    )  # fmt: skip

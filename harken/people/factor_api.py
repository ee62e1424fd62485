"""One's own second factor, and an admin's help for who has lost a phone."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, get, post, put

from harken.kit.errors import Conflict, Forbidden
from harken.people.access import SESSION_COOKIE, end_sessions, find_session, renew_session
from harken.people.model import Caller
from harken.people.second_factor import (
    Enrolment,
    Owner,
    begin,
    confirm,
    get_factor,
    prove_again,
    remove,
    renew_recovery_codes,
)
from harken.people.session_api import session_cookies
from harken.people.store import get_agent
from harken.port.services import Services


class Factor(msgspec.Struct, frozen=True):
    """`possible`: not for who has no password and comes in through a provider. `required`: by the workspace."""

    on: bool
    since: datetime | None
    recovery_codes: int
    possible: bool
    required: bool


class Beginning(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`code`: of the present app or a recovery code, when there is a second factor already."""

    password: str
    code: str | None = None


class Confirmation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str


class Proof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of them."""

    password: str | None = None
    code: str | None = None


class RecoveryCodes(msgspec.Struct, frozen=True):
    """Shown this once."""

    codes: list[str]


@get("/api/me/totp", opt={"limited": True}, tags=["me"])
async def get_totp(services: Services, caller: Caller) -> Factor:
    """Whether the caller has a second factor."""
    async with services.db.connection() as connection:
        row = await get_factor(connection, _owner(caller))
    return Factor(
        row["sealed"] is not None, row["confirmed_at"], row["recovery_codes"], row["password_hash"] is not None,
        row["second_factor_required"],
    )  # fmt: skip


@post("/api/me/totp", opt={"limited": True}, tags=["me"], status_code=200)
async def post_totp(services: Services, caller: Caller, data: Beginning) -> Enrolment:
    """Begins: a secret for an authenticator app, which counts once PUT has seen a code of it."""
    _only_in_a_session(caller)
    return await begin(services, _owner(caller), data.password, data.code)


@put("/api/me/totp", opt={"limited": True}, tags=["me"])
async def put_totp(
    request: Request[Any, Any, Any], services: Services, caller: Caller, data: Confirmation
) -> Response[RecoveryCodes]:
    """The app's first code: from now on one is asked for. Ends all other sessions; answers with recovery codes, once."""
    _only_in_a_session(caller)
    token = request.cookies.get(SESSION_COOKIE, "")
    before = await find_session(services.db, token, services.clock.now())
    codes = RecoveryCodes(await confirm(services, _owner(caller), data.code))
    async with services.db.tx() as tx:
        await end_sessions(tx, caller.workspace_id, caller.agent_id, kept=token)
        renewed = await renew_session(tx, token) if before and before.limited else None
    return Response(codes, cookies=session_cookies(services, renewed) if renewed else [])


@delete("/api/me/totp", tags=["me"], status_code=204)
async def delete_totp(services: Services, caller: Caller, data: Proof) -> None:
    """Takes one's second factor away. 409 second_factor_required where everybody must have one."""
    _only_in_a_session(caller)
    await prove_again(services, _owner(caller), data.password, data.code)
    async with services.db.tx() as tx:
        if (await get_factor(tx, _owner(caller)))["second_factor_required"]:
            raise Conflict("everybody here must have a second factor", code="second_factor_required")
        await remove(tx, _owner(caller))


@post("/api/me/recovery-codes", tags=["me"], status_code=200)
async def post_recovery_codes(services: Services, caller: Caller, data: Proof) -> RecoveryCodes:
    """Ten new ones, shown once; the old ones are worth nothing any more."""
    _only_in_a_session(caller)
    await prove_again(services, _owner(caller), data.password, data.code)
    async with services.db.tx() as tx:
        if (await get_factor(tx, _owner(caller)))["sealed"] is None:
            raise Conflict("there is no second factor", code="no_second_factor")
        return RecoveryCodes(await renew_recovery_codes(tx, _owner(caller)))


@delete("/api/agents/{agent_id:uuid}/totp", tags=["people"], status_code=204)
async def delete_agent_totp(services: Services, caller: Caller, agent_id: UUID) -> None:
    """For who has lost phone and recovery codes: takes their second factor away and ends their sessions. For admins."""
    caller.require("admin")
    if agent_id == caller.agent_id:
        raise Conflict("take your own away with DELETE /api/me/totp", code="own_factor")
    async with services.db.tx() as tx:
        await get_agent(tx, caller.workspace_id, agent_id)
        await remove(tx, Owner(caller.workspace_id, agent_id))
        await end_sessions(tx, caller.workspace_id, agent_id)


def _owner(caller: Caller) -> Owner:
    return Owner(caller.workspace_id, caller.agent_id)


def _only_in_a_session(caller: Caller) -> None:
    if caller.scopes is not None:
        raise Forbidden("a token cannot change how its agent signs in")


ROUTES = [get_totp, post_totp, put_totp, delete_totp, post_recovery_codes, delete_agent_totp]

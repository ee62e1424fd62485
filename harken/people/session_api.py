"""Signing in and out, the first run, and one's own password. Every sign-in gets fresh tokens and ends the browser's session of before."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, get, post, put
from litestar.datastructures import Cookie

from harken.kit.errors import Conflict, Forbidden, Invalid
from harken.people import attempts
from harken.people.access import (
    CSRF_COOKIE,
    SESSION_COOKIE,
    SESSION_LENGTH,
    EnteredBy,
    NewSession,
    end_session,
    end_sessions,
    find_session,
    start_session,
)
from harken.people.actions.setup import is_set_up, set_up
from harken.people.model import Caller, Me
from harken.people.passwords import check_password, hash_password, verify_password
from harken.people.rules import checked_email, checked_name
from harken.people.second_factor import Owner, ask_second_factor
from harken.people.signin import prove
from harken.people.store import Q, get_me
from harken.port.services import Services


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`workspace_id`: only after a 409 several_workspaces. `totp`: only after a 401 totp_required; the app's code or a
    recovery code."""

    email: str
    password: str
    workspace_id: UUID | None = None
    totp: str | None = None


class SignedIn(msgspec.Struct, frozen=True):
    """`csrf_token`: also in the cookie of that name; every state-changing request repeats it in X-CSRF-Token.
    `second_factor_needed`: until one is set up the session may do nothing else."""

    me: Me
    csrf_token: str
    second_factor_needed: bool = False


class SetupNeeded(msgspec.Struct, frozen=True):
    needed: bool


class SetUp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    workspace_name: str
    name: str
    email: str
    password: str


class PasswordChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    current_password: str
    password: str


@post("/api/session", opt={"anonymous": True}, tags=["session"])
async def sign_in(request: Request[Any, Any, Any], services: Services, data: SignIn) -> Response[SignedIn]:
    """Sets the session's cookies. 401 wrong_credentials, totp_required, totp_wrong; 403 password_sign_in_off;
    409 several_workspaces with `choices`; 429."""
    limits = attempts.password_limits(data.email, client_address(request))
    await attempts.count(services.db, services.clock.now(), limits)
    proved = await prove(services.db, data.email[:300], data.password[:1000], data.workspace_id)
    await attempts.forgive(services.db, limits)
    await ask_second_factor(services, Owner(proved.workspace_id, proved.agent_id), data.totp)
    return await signed_in(request, services, proved.workspace_id, proved.agent_id)


@get("/api/session", opt={"limited": True}, tags=["session"])
async def get_session(request: Request[Any, Any, Any], services: Services, caller: Caller) -> Response[SignedIn]:
    """Who is signed in; renews the cookies. With a bearer token `csrf_token` is empty."""
    token = request.cookies.get(SESSION_COOKIE, "")
    session = await find_session(services.db, token, services.clock.now()) if token else None
    async with services.db.connection() as connection:
        me = await get_me(connection, caller)
    if session is None or session.caller.agent_id != caller.agent_id:
        return Response(SignedIn(me, ""))
    fresh = NewSession(token, session.csrf_token)
    return Response(SignedIn(me, session.csrf_token, session.limited), cookies=session_cookies(services, fresh))


@delete("/api/session", opt={"limited": True}, tags=["session"])
async def sign_out(request: Request[Any, Any, Any], services: Services, caller: Caller) -> Response[None]:
    """Ends this session."""
    async with services.db.tx() as tx:
        await end_session(tx, request.cookies.get(SESSION_COOKIE, ""))
    gone = [Cookie(name, value="", max_age=0, path="/") for name in (SESSION_COOKIE, CSRF_COOKIE)]
    return Response(None, status_code=204, cookies=gone)


@get("/api/setup", opt={"anonymous": True}, tags=["session"])
async def get_setup(services: Services) -> SetupNeeded:
    """Whether this installation waits for its first workspace."""
    async with services.db.connection() as connection:
        return SetupNeeded(not await is_set_up(connection))


@post("/api/setup", opt={"anonymous": True}, tags=["session"])
async def post_setup(request: Request[Any, Any, Any], services: Services, data: SetUp) -> Response[SignedIn]:
    """The first run: makes the workspace and its admin, and signs them in. 409 already_set_up ever after."""
    check_password(data.password)
    checked_name(data.workspace_name, "workspace_name", 200)
    checked_name(data.name)
    checked_email(data.email)
    async with services.db.connection() as connection:
        if await is_set_up(connection):
            raise Conflict("this installation has been set up", code="already_set_up")
    hashed = await hash_password(data.password)
    async with services.db.tx() as tx:
        new = await set_up(tx, data.workspace_name, data.email, data.name, hashed, services.clock.now())
    return await signed_in(request, services, new.workspace_id, new.agent_id)


@put("/api/me/password", tags=["me"], status_code=204)
async def change_password(
    request: Request[Any, Any, Any], services: Services, caller: Caller, data: PasswordChange
) -> None:
    """Ends all other sessions. Only in a session, not with a token. 422 wrong_password."""
    if caller.scopes is not None:
        raise Forbidden("a token cannot change the password")
    check_password(data.password)
    limits = attempts.proof_limits(caller.agent_id)
    await attempts.count(services.db, services.clock.now(), limits)
    async with services.db.connection() as connection:
        stored = await Q.value(connection, "find_password", workspace_id=caller.workspace_id, id=caller.agent_id)
    if not await verify_password(data.current_password[:1000], stored):
        raise Invalid(("current_password", "wrong_password"))
    await attempts.forgive(services.db, limits)
    hashed = await hash_password(data.password)
    async with services.db.tx() as tx:
        whose = {"workspace_id": caller.workspace_id, "id": caller.agent_id}
        await Q.run(tx, "save_password", password_hash=hashed, **whose)
        await end_sessions(tx, caller.workspace_id, caller.agent_id, kept=request.cookies.get(SESSION_COOKIE))


async def signed_in(
    request: Request[Any, Any, Any], services: Services, workspace_id: UUID, agent_id: UUID
) -> Response[SignedIn]:
    """Starts a session for somebody who has proved who they are."""
    new = await enter(request, services, workspace_id, agent_id)
    session = await find_session(services.db, new.token, services.clock.now())
    if session is None:
        raise Forbidden("the account was deactivated")
    async with services.db.connection() as connection:
        me = await get_me(connection, session.caller)
    answer = SignedIn(me, new.csrf_token, session.limited)
    return Response(answer, status_code=201, cookies=session_cookies(services, new))


async def enter(
    request: Request[Any, Any, Any], services: Services, workspace_id: UUID, agent_id: UUID,
    entered_by: EnteredBy = "password",
) -> NewSession:  # fmt: skip
    """A new session; the one that the browser came with ends, so that nobody's planted cookie lives on."""
    agent, before = request.headers.get("user-agent", ""), request.cookies.get(SESSION_COOKIE)
    async with services.db.tx() as tx:
        if before:
            await end_session(tx, before)
        return await start_session(tx, workspace_id, agent_id, agent, services.clock.now(), entered_by)


def client_address(request: Request[Any, Any, Any]) -> str:
    return request.client.host if request.client else ""


def session_cookies(services: Services, session: NewSession) -> list[Cookie]:
    age, secure = int(SESSION_LENGTH.total_seconds()), services.settings.secure_cookies
    return [
        Cookie(
            SESSION_COOKIE, value=session.token, max_age=age, path="/", secure=secure, httponly=True, samesite="lax"
        ),
        Cookie(CSRF_COOKIE, value=session.csrf_token, max_age=age, path="/", secure=secure, samesite="lax"),
    ]


ROUTES = [sign_in, get_session, sign_out, get_setup, post_setup, change_password]

"""Who is calling: sessions and API tokens, turned into a Caller with the rights that hold now.

Only hashes of tokens are stored. A session ends when it expires, when its agent is deactivated, or when the password
changes; the query says so each time, and whether the session is limited: where everybody must have a second factor, who
came in by a password and has none may only set one up.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

import msgspec

from harken.kit.clock import Clock, SystemClock
from harken.kit.crypto import new_token, token_hash
from harken.kit.db import Database, Tx, queries_beside
from harken.kit.ids import new_id
from harken.people.model import Caller, Role

_Q = queries_beside(__file__)
SESSION_COOKIE: Final = "harken_session"
CSRF_COOKIE: Final = "csrf_token"  # readable by the page, which repeats it in X-CSRF-Token
SESSION_LENGTH: Final = timedelta(days=30)
_EXTEND_AFTER: Final = timedelta(days=1)
_TOUCH_AFTER: Final = timedelta(minutes=1)
EnteredBy = Literal["password", "provider"]


class Session(msgspec.Struct, frozen=True):
    """A valid session: whose, and the token that its state-changing requests must carry."""

    caller: Caller
    csrf_token: str
    expires_at: datetime
    limited: bool  # may only set up a second factor


class NewSession(msgspec.Struct, frozen=True):
    """What a sign-in gives to the browser: both tokens, in cookies."""

    token: str
    csrf_token: str


async def find_session(db: Database, token: str, now: datetime) -> Session | None:
    """The session of a cookie's token, or None. Extends it at most once a day; says that it is in use, to the minute."""
    digest = token_hash(token)
    async with db.connection() as connection:
        row = await _Q.row(connection, "find_session", token_hash=digest, now=now)
        if row is None:
            return None
        expires_at = row["expires_at"]
        if expires_at < now + SESSION_LENGTH - _EXTEND_AFTER:
            expires_at = now + SESSION_LENGTH
            await _Q.run(connection, "extend_session", token_hash=digest, now=now, expires_at=expires_at)
        elif row["last_seen_at"] < now - _TOUCH_AFTER:
            await _Q.run(connection, "touch_session", token_hash=digest, now=now)
    caller = _caller(row["workspace_id"], row["agent_id"], row["name"], row["role"], row["team_ids"], None)
    return Session(caller, row["csrf_token"], expires_at, row["limited"])


async def caller_by_session(db: Database, token: str, clock: Clock | None = None) -> Caller | None:
    """The caller of a cookie's token, or None when it is unknown, expired, limited, or its agent deactivated."""
    session = await find_session(db, token, (clock or SystemClock()).now())
    return session.caller if session and not session.limited else None


async def caller_by_token(db: Database, token: str, clock: Clock | None = None) -> Caller | None:
    """The caller of an API token, limited to its scopes; None when it is unknown or its agent deactivated."""
    now = (clock or SystemClock()).now()
    async with db.connection() as connection:
        row = await _Q.row(connection, "find_token", token_hash=token_hash(token))
        if row is None:
            return None
        used = row["last_used_at"]
        if used is None or used < now - _TOUCH_AFTER:
            await _Q.run(connection, "touch_token", workspace_id=row["workspace_id"], id=row["token_id"], now=now)
    return _caller(row["workspace_id"], row["agent_id"], row["name"], row["role"], row["team_ids"], row["scopes"])


async def start_session(
    tx: Tx, workspace_id: UUID, agent_id: UUID, user_agent: str, now: datetime, entered_by: EnteredBy = "password"
) -> NewSession:
    """Signs an agent in; who they are was proved by the caller of this."""
    new = NewSession(new_token("hks_"), new_token())
    await _Q.run(
        tx, "insert_session", id=new_id(), token_hash=token_hash(new.token), workspace_id=workspace_id,
        agent_id=agent_id, csrf_token=new.csrf_token, user_agent=user_agent[:300], entered_by=entered_by, now=now,
        expires_at=now + SESSION_LENGTH,
    )  # fmt: skip
    return new


async def renew_session(tx: Tx, token: str) -> NewSession | None:
    """The same session under new tokens, for when it may do more than before; None when it is gone."""
    new = NewSession(new_token("hks_"), new_token())
    changed = await _Q.run(
        tx, "renew_session", token_hash=token_hash(token), new_hash=token_hash(new.token), csrf_token=new.csrf_token
    )
    return new if changed else None


async def end_session(tx: Tx, token: str) -> None:
    await _Q.run(tx, "delete_session", token_hash=token_hash(token))


async def end_sessions(tx: Tx, workspace_id: UUID, agent_id: UUID, *, kept: str | None = None) -> None:
    """Ends every session of an agent but the one with the token `kept`."""
    digest = token_hash(kept) if kept else None
    await _Q.run(tx, "delete_sessions", workspace_id=workspace_id, agent_id=agent_id, kept=digest)


async def delete_expired_sessions(tx: Tx, now: datetime) -> None:
    await _Q.run(tx, "delete_expired_sessions", now=now)


def _caller(
    workspace_id: UUID, agent_id: UUID, name: str, role: Role, team_ids: Iterable[UUID], scopes: Iterable[str] | None
) -> Caller:
    kept = None if scopes is None else frozenset(scopes)
    return Caller(workspace_id, agent_id, name, role, frozenset(team_ids), kept)

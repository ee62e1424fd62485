"""One's own sessions: where one is signed in, and ending that. Open sockets of an ended session close within seconds."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, delete, get

from harken.kit.crypto import token_hash
from harken.kit.errors import NotFound
from harken.people.access import SESSION_COOKIE, end_sessions
from harken.people.browsers import browser_of
from harken.people.model import Caller
from harken.people.store import Q
from harken.port.services import Services


class ShownSession(msgspec.Struct, frozen=True):
    """`browser` and `system` in words, empty when unknown; `entered_by`: password or provider."""

    id: UUID
    browser: str
    system: str
    entered_by: str
    created_at: datetime
    last_seen_at: datetime
    current: bool


class SessionPage(msgspec.Struct, frozen=True):
    items: list[ShownSession]
    next_cursor: str | None = None


@get("/api/sessions", tags=["session"])
async def get_sessions(request: Request[Any, Any, Any], services: Services, caller: Caller) -> SessionPage:
    """Where the caller is signed in, the one used last first."""
    mine = token_hash(request.cookies.get(SESSION_COOKIE, ""))
    async with services.db.connection() as connection:
        rows = await Q.rows(
            connection, "list_sessions", workspace_id=caller.workspace_id, agent_id=caller.agent_id,
            now=services.clock.now(),
        )  # fmt: skip
    return SessionPage([
        ShownSession(
            row["id"], *browser_of(row["user_agent"]), row["entered_by"], row["created_at"], row["last_seen_at"],
            row["token_hash"] == mine,
        )
        for row in rows
    ])  # fmt: skip


@delete("/api/sessions/{session_id:uuid}", tags=["session"], status_code=204)
async def delete_session(services: Services, caller: Caller, session_id: UUID) -> None:
    """Signs one of the caller's browsers out."""
    whose = {"workspace_id": caller.workspace_id, "agent_id": caller.agent_id}
    async with services.db.connection() as connection:
        if not await Q.run(connection, "delete_own_session", id=session_id, **whose):
            raise NotFound("no such session")


@delete("/api/sessions", tags=["session"], status_code=204)
async def delete_other_sessions(request: Request[Any, Any, Any], services: Services, caller: Caller) -> None:
    """Signs all of the caller's other browsers out."""
    async with services.db.tx() as tx:
        await end_sessions(tx, caller.workspace_id, caller.agent_id, kept=request.cookies.get(SESSION_COOKIE))


ROUTES = [get_sessions, delete_session, delete_other_sessions]

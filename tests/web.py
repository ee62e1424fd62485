"""The whole web application in the test's own event loop, and clients of it: signed in, with a token, or nobody.

async with serving(services) as web:
    ada = await web.signed_in(world.ada)
    answer = await ada.get("/api/session")
"""

import contextlib
from collections.abc import AsyncGenerator, Sequence
from typing import Any, cast
from uuid import UUID

import httpx
from litestar import Litestar

from harken.entry.app import create_app
from harken.people.access import CSRF_COOKIE, SESSION_COOKIE, start_session
from harken.people.actions.tokens import insert_token
from harken.port.services import Services


class Web:
    """One running application."""

    def __init__(self, app: Litestar, services: Services, stack: contextlib.AsyncExitStack) -> None:
        self.app, self.services, self._stack = app, services, stack

    async def nobody(self) -> httpx.AsyncClient:
        """Without cookies or token. What the application raises becomes its 500, as with a real server."""
        transport = httpx.ASGITransport(cast("Any", self.app), raise_app_exceptions=False, client=("203.0.113.9", 4711))
        return await self._stack.enter_async_context(
            httpx.AsyncClient(transport=transport, base_url="http://testserver", timeout=30)
        )

    async def signed_in(self, agent_id: UUID) -> httpx.AsyncClient:
        """With a session's cookies and the header that goes with them; no password is asked."""
        async with self.services.db.tx() as tx:
            workspace_id = await tx.fetchval("select workspace_id from agent where id = $1", agent_id)
            session = await start_session(tx, workspace_id, agent_id, "test", self.services.clock.now())
        client = await self.nobody()
        client.cookies.set(SESSION_COOKIE, session.token)
        client.cookies.set(CSRF_COOKIE, session.csrf_token)
        client.headers["X-CSRF-Token"] = session.csrf_token
        return client

    async def with_token(self, agent_id: UUID, scopes: Sequence[str] = ("read", "write", "admin")) -> httpx.AsyncClient:
        async with self.services.db.tx() as tx:
            workspace_id = await tx.fetchval("select workspace_id from agent where id = $1", agent_id)
            _, token = await insert_token(tx, workspace_id, agent_id, "test", scopes, self.services.clock.now())
        client = await self.nobody()
        client.headers["Authorization"] = f"Bearer {token}"
        return client


@contextlib.asynccontextmanager
async def serving(services: Services) -> AsyncGenerator[Web]:
    app = create_app(services)
    async with app.lifespan(), contextlib.AsyncExitStack() as stack:
        yield Web(app, services, stack)

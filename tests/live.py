"""The web application and the worker behind a real server on a free port, in the test's event loop; and open sockets of it.

async with running(services) as server:
    page = await server.page(world.ben)
    frame = await page.wait("message_added")
"""

import asyncio
import contextlib
import socket as sockets
from collections.abc import AsyncGenerator, Generator
from typing import Any
from uuid import UUID

import httpx
import msgspec
import uvicorn
from litestar import Litestar
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from harken.entry.app import create_app
from harken.entry.worker import run_worker
from harken.live.hub import Hub
from harken.people.access import CSRF_COOKIE, SESSION_COOKIE, start_session
from harken.port.services import Services

Frame = dict[str, Any]


class Page:
    """One open socket; every frame that came, in order."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.frames: list[Frame] = []
        self._taken = 0

    async def next(self, timeout: float = 5) -> Frame:
        async with asyncio.timeout(timeout):
            frame: Frame = msgspec.json.decode(await self.socket.recv())
        self.frames.append(frame)
        return frame

    async def wait(self, type: str, timeout: float = 5, **fields: object) -> Frame:
        """The next frame of a type whose fields are these."""
        async with asyncio.timeout(timeout):
            while True:
                frame = await self.next(timeout)
                if frame["type"] == type and all(frame.get(name) == value for name, value in fields.items()):
                    return frame

    async def quiet(self, seconds: float = 0.4) -> list[Frame]:
        """What still comes within the time."""
        came: list[Frame] = []
        with contextlib.suppress(TimeoutError):
            while True:
                came.append(await self.next(seconds))
        return came

    async def say(self, frame: object) -> None:
        await self.socket.send(msgspec.json.encode(frame).decode())

    async def closed(self, timeout: float = 8) -> int:
        """Reads until the end; the code of the close."""
        try:
            async with asyncio.timeout(timeout):
                while True:
                    self.frames.append(msgspec.json.decode(await self.socket.recv()))
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006

    @property
    def events(self) -> list[Frame]:
        return [frame for frame in self.frames if "seq" in frame and frame["type"] != "hello"]


class Server:
    def __init__(self, app: Litestar, services: Services, port: int, stack: contextlib.AsyncExitStack) -> None:
        self.app, self.services, self.port, self._stack = app, services, port, stack
        self.url = f"http://127.0.0.1:{port}"
        self.socket_url = f"ws://127.0.0.1:{port}"

    @property
    def hub(self) -> Hub:
        return self.app.state.hub

    async def client(self, agent_id: UUID | None = None) -> httpx.AsyncClient:
        """Signed in as an agent, or nobody."""
        client = await self._stack.enter_async_context(httpx.AsyncClient(base_url=self.url, timeout=20))
        if agent_id is not None:
            token, csrf = await self.session(agent_id)
            client.cookies.set(SESSION_COOKIE, token)
            client.cookies.set(CSRF_COOKIE, csrf)
            client.headers["X-CSRF-Token"] = csrf
        return client

    async def session(self, agent_id: UUID) -> tuple[str, str]:
        async with self.services.db.tx() as tx:
            workspace_id = await tx.fetchval("select workspace_id from agent where id = $1", agent_id)
            new = await start_session(tx, workspace_id, agent_id, "test", self.services.clock.now())
        return new.token, new.csrf_token

    async def page(self, agent_id: UUID, since: int | None = None, *, token: str | None = None) -> Page:
        """An agent's socket, after its hello (a resync has no hello: read it)."""
        if token is None:
            token, _ = await self.session(agent_id)
        page = await self.open(
            "/api/live" + ("" if since is None else f"?since={since}"), {"Cookie": f"{SESSION_COOKIE}={token}"}
        )
        await page.next()
        return page

    async def open(self, path: str, headers: dict[str, str] | None = None, *, origin: str | None = None) -> Page:
        socket = await self._stack.enter_async_context(
            connect(
                self.socket_url + path, additional_headers={"Origin": origin or self.url, **(headers or {})},
                max_queue=None, max_size=None, compression=None,
            )
        )  # fmt: skip
        return Page(socket)


@contextlib.asynccontextmanager
async def running(services: Services, *, worker: bool = False) -> AsyncGenerator[Server]:
    app = create_app(services)
    with _bound() as listening:
        config = uvicorn.Config(app, http="httptools", ws="websockets-sansio", lifespan="on", log_config=None)
        server = _Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started:  # noqa: ASYNC110  uvicorn has no event for it
            await asyncio.sleep(0.01)
        working = asyncio.create_task(run_worker(services, app.state.directory, app.state.batcher)) if worker else None
        try:
            async with contextlib.AsyncExitStack() as stack:
                yield Server(app, services, listening.getsockname()[1], stack)
        finally:
            if working is not None:
                working.cancel()
                await asyncio.gather(working, return_exceptions=True)
            server.should_exit = True
            await serving


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


@contextlib.contextmanager
def _bound() -> Generator[sockets.socket]:
    listening = sockets.socket()
    try:
        listening.bind(("127.0.0.1", 0))
        listening.setblocking(False)
        yield listening
    finally:
        listening.close()

"""The processes that go on until they are told to stop: the server with what runs beside it, and the worker alone.

The first SIGTERM or SIGINT ends them in order: no new connections, open requests finish, the worker lets go of what it
holds, the database closes. The second one does not wait.
"""

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from typing import Any

import uvicorn
import uvloop

from harken.channels.directory import ChannelDirectory
from harken.entry.app import create_app
from harken.entry.opened import services_on
from harken.entry.services import Services
from harken.kit.settings import Settings
from harken.pipeline.ingest import Batcher

_GRACE = 5  # seconds that open requests have to finish


class Beside:
    """What the demo adds: `seed` before the server is ready (returns how to sign in), `run` from then on."""

    def __init__(
        self, seed: Callable[[Services], Awaitable[str]], run: Callable[[Services, str], Awaitable[None]]
    ) -> None:
        self.seed, self.run = seed, run


class _Server(uvicorn.Server):
    """Signals are ours: uvicorn would raise them again after its own shutdown, before the rest has ended."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


def serve_until_stopped(dsn: str, settings: Settings, *, worker: bool, beside: Beside | None = None) -> None:
    """Raises OSError when the port cannot be had, and what made the worker fail, if it did."""
    uvloop.run(_serve(dsn, settings, worker=worker, beside=beside))


def work_until_stopped(dsn: str, settings: Settings) -> None:
    """The worker without a server."""
    uvloop.run(_work(dsn, settings))


async def _serve(dsn: str, settings: Settings, *, worker: bool, beside: Beside | None) -> None:
    listening = _bind(settings.host, settings.port)
    async with services_on(dsn, settings) as services:
        app = create_app(services)
        signing_in = await beside.seed(services) if beside else ""
        server = _Server(_configuration(app, settings))
        async with _stopped_by_signals(server) as stopped, _serving(server, listening, stopped):
            own_url = f"http://127.0.0.1:{listening.getsockname()[1]}"
            running = [_worker(services, app)] if worker else []
            running += [beside.run(services, own_url)] if beside else []
            _announce(settings.public_url, signing_in)
            await _until(stopped, running)


async def _work(dsn: str, settings: Settings) -> None:
    from harken.entry.worker import run_worker

    async with services_on(dsn, settings) as services, _stopped_by_signals(None) as stopped:
        directory = ChannelDirectory(services.db, services.sealer, settings.public_url)
        batcher = Batcher(services.db, services.blobs, services.clock, services.connectors)
        await batcher.start()
        try:
            await _until(stopped, [run_worker(services, directory, batcher)])
        finally:
            await batcher.stop()


def _worker(services: Services, app: Any) -> Awaitable[None]:
    from harken.entry.worker import run_worker

    return run_worker(services, app.state.directory, app.state.batcher)


def _bind(host: str, port: int) -> socket.socket:
    """Bound, not listening yet. Raises OSError that names the address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise OSError(f"cannot listen on {host}, port {port}: {error.strerror}") from error
    listening.setblocking(False)
    return listening


def _configuration(app: Any, settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        app, http="httptools", ws="websockets-sansio", lifespan="on", log_config=None, access_log=False,
        server_header=False, proxy_headers=True, forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=_GRACE, ws_max_size=256 * 1024, ws_ping_interval=20, ws_ping_timeout=20,
        ws_per_message_deflate=False,  # a window per socket costs more memory and time than it saves on short frames
    )  # fmt: skip


@contextlib.asynccontextmanager
async def _stopped_by_signals(server: uvicorn.Server | None) -> AsyncGenerator[asyncio.Event]:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stop() -> None:
        if server and stopped.is_set():
            server.force_exit = True
        stopped.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    yield stopped


@contextlib.asynccontextmanager
async def _serving(server: uvicorn.Server, listening: socket.socket, stopped: asyncio.Event) -> AsyncGenerator[None]:
    """The server is ready inside the block, and has ended after it."""
    serving = asyncio.create_task(server.serve(sockets=[listening]), name="server")
    serving.add_done_callback(lambda _: stopped.set())
    try:
        while not server.started and not serving.done():  # noqa: ASYNC110  (uvicorn sets a flag and tells nobody)
            await asyncio.sleep(0.005)
        if serving.done():
            serving.result()
            raise RuntimeError("the server did not start; the log says why")
        yield
    finally:
        server.should_exit = True
        await serving


async def _until(stopped: asyncio.Event, running: list[Awaitable[None]]) -> None:
    """Runs these until told to stop; raises the error of the first that ends by itself with one."""
    tasks = [asyncio.ensure_future(one) for one in running]
    told = asyncio.create_task(stopped.wait())
    try:
        done, _ = await asyncio.wait([told, *tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in (told, *tasks):
            task.cancel()
        await asyncio.gather(told, *tasks, return_exceptions=True)


def _announce(url: str, signing_in: str) -> None:
    print(f"Harken is at {url} (Ctrl-C stops it)", flush=True)
    if signing_in:
        print(f"Sign in: {signing_in}", flush=True)

"""The composition root of the web: every domain's routes, and what stands around them.

Order of a request: edge (headers, gzip, metrics) -> route -> doorkeeper (who is calling) -> idempotency -> handler.
"""

import asyncio
import contextlib
import logging
import warnings
from collections.abc import AsyncGenerator, Sequence
from datetime import timedelta
from typing import Any, Final

import asyncpg
from litestar import Litestar, Request, Response, Router
from litestar.di import Provide
from litestar.exceptions import LitestarDeprecationWarning, MethodNotAllowedException, NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.types import ControllerRouterHandler, Receive, Scope, Send

from harken import __version__
from harken.automatic import api as automatic
from harken.bots import api as bots
from harken.bots.chatwoot import api as chatwoot
from harken.channels import api as channels
from harken.channels.directory import ChannelDirectory
from harken.connectors.webchat import routes as webchat
from harken.contacts import api as contacts
from harken.conversations import api as conversations
from harken.entry import web_health
from harken.entry.web_auth import Doorkeeper, provide_caller
from harken.entry.web_edge import edge
from harken.entry.web_idempotency import Claim, claim, delete_old_keys, settle
from harken.entry.web_problems import EXCEPTION_HANDLERS, on_http_error
from harken.entry.web_static import StaticFiles
from harken.hours import api as hours
from harken.kit.errors import TooLarge
from harken.labels import api as labels
from harken.live import api as live
from harken.live.hub import Hub
from harken.live.visitors import Visitors
from harken.notifications import api as notifications
from harken.notifications.presence import write_down_presence
from harken.people import api as people
from harken.people.access import delete_expired_sessions
from harken.people.attempts import delete_old_attempts
from harken.people.oidc.wire import Wire
from harken.pipeline import api as pipeline
from harken.pipeline.ingest import Batcher
from harken.port.services import Services
from harken.quickreplies import api as quickreplies
from harken.savedviews import api as savedviews
from harken.search import api as search

_log = logging.getLogger("harken.web")
_HOUR: Final = timedelta(hours=1)
_ENVELOPE: Final = 64 * 1024  # what multipart adds to a file at most
ROUTES: Final[Sequence[ControllerRouterHandler]] = [
    *people.ROUTES,
    *channels.ROUTES,
    *contacts.ROUTES,
    *labels.ROUTES,
    *notifications.ROUTES,
    *hours.ROUTES,
    *savedviews.ROUTES,
    *quickreplies.ROUTES,
    *automatic.ROUTES,
    *conversations.ROUTES,
    *search.ROUTES,
    *bots.ROUTES,
    *chatwoot.ROUTES,
    *pipeline.ROUTES,
    *live.ROUTES,
    *webchat.ROUTES,
    *web_health.ROUTES,
]


class Application(Litestar):
    """Litestar, with every HTTP answer leaving through the edge: also those for paths without a route."""

    through_edge: Any

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.through_edge(scope, receive, send)

    async def inner(self, scope: Scope, receive: Receive, send: Send) -> None:
        await super().__call__(scope, receive, send)


def create_app(services: Services) -> Litestar:
    """The web application over what a process holds. `state`: directory, batcher, hub, host, wire; started in its lifespan."""
    directory = ChannelDirectory(services.db, services.sealer, services.settings.public_url)
    batcher = Batcher(services.db, services.blobs, services.clock, services.connectors)
    hub = Hub(services.db, services.clock)
    doorkeeper, static = Doorkeeper(services), StaticFiles()

    async def before_request(request: Request[Any, Any, Any]) -> Response[bytes] | None:
        await doorkeeper.before_request(request)
        _refuse_upload(request, services.settings.max_file_bytes)
        caller = request.scope["state"].get("caller")
        return await claim(services, request, caller) if caller else None

    async def finished(scope: dict[str, Any], status: int, body: bytes) -> None:
        doorkeeper.forget_after(scope["method"], scope["path"])
        held = scope.get("state", {}).get("idempotency")
        if isinstance(held, Claim):
            await settle(services, held, status, body)

    async def provide_services() -> Services:
        return services

    with warnings.catch_warnings():
        # Litestar 3 will want every dependency marked in every handler; until then a handler's signature stays readable.
        warnings.simplefilter("ignore", LitestarDeprecationWarning)
        app = Application(
            route_handlers=_limited(ROUTES, services.settings.max_file_bytes),
            dependencies={
                "caller": Provide(provide_caller),
                "services": Provide(provide_services, use_cache=True),
            },
            before_request=before_request,
            exception_handlers={
                **EXCEPTION_HANDLERS,
                NotFoundException: static.answer,
                MethodNotAllowedException: on_http_error,
            },
            lifespan=[_running(services, batcher, hub)],
            openapi_config=_openapi(),
            request_max_body_size=services.settings.max_body_bytes,
            logging_config=None,
        )  # fmt: skip
    app.state.directory, app.state.batcher, app.state.hub = directory, batcher, hub
    app.state.wire = Wire(services.settings, services.sealer)
    app.state.host = Visitors(hub, services.db, services.blobs, directory, batcher)
    app.through_edge = edge(app.inner, finished)
    return app


def _limited(routes: Sequence[ControllerRouterHandler], most: int) -> list[ControllerRouterHandler]:
    """Uploads may be as large as a file may be, also when they do not say their length; the rest as a body may be."""
    uploads = [route for route in routes if isinstance(route, BaseRouteHandler) and route.opt.get("upload")]
    others = [route for route in routes if route not in uploads]
    return [*others, Router("/", route_handlers=uploads, request_max_body_size=most + _ENVELOPE)]


def _refuse_upload(request: Request[Any, Any, Any], most: int) -> None:
    """Before its body is read. Raises TooLarge."""
    length = request.headers.get("content-length", "0")
    if request.scope["path"] == "/api/files" and length.isdigit() and int(length[:20]) > most + _ENVELOPE:
        raise TooLarge(f"at most {most} bytes", fields={"max_bytes": most})


def _openapi() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="Harken",
        version=__version__,
        use_handler_docstrings=True,
        description="Everything an agent can do. Sign in with POST /api/session, or send a bearer token.",
        openapi_router=Router("/api/schema", route_handlers=[], opt={"anonymous": True}),
        render_plugins=[JsonRenderPlugin()],
    )


def _running(services: Services, batcher: Batcher, hub: Hub) -> Any:
    @contextlib.asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncGenerator[None]:
        await batcher.start()
        await hub.start()
        keeping = asyncio.create_task(_keep_house(services), name="web housekeeping")
        noting = asyncio.create_task(write_down_presence(services, hub.here), name="presence")
        try:
            yield
        finally:
            keeping.cancel()
            noting.cancel()
            await asyncio.gather(keeping, noting, return_exceptions=True)
            await hub.stop()
            await batcher.stop()

    return lifespan


async def _keep_house(services: Services) -> None:
    """Once an hour: sessions and keys that have had their time."""
    while True:
        await asyncio.sleep(_HOUR.total_seconds())
        try:
            async with services.db.tx() as tx:
                await delete_expired_sessions(tx, services.clock.now())
                await delete_old_attempts(tx, services.clock.now())
                await delete_old_keys(tx, services.clock.now())
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
            _log.warning("housekeeping failed", exc_info=error)

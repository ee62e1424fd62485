"""For operators: is it alive, is it ready, and the figures for Prometheus."""

from typing import Any

import asyncpg
import msgspec
from litestar import Request, Response, get
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest

from harken.entry.services import Services
from harken.kit.crypto import same
from harken.kit.db import queries_beside
from harken.kit.errors import Busy, Forbidden

_Q = queries_beside(__file__)
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_DELIVERIES = Gauge("harken_deliveries", "Messages that wait to be sent", ["state"])
_TASKS = Gauge("harken_tasks", "Tasks", ["state"])
_PARKED = Gauge("harken_parked_receipts", "Inbound items that could not be read")


class Health(msgspec.Struct, frozen=True):
    status: str


@get("/health/live", opt={"anonymous": True}, tags=["operators"])
async def health_live() -> Health:
    """The process answers."""
    return Health("ok")


@get("/health/ready", opt={"anonymous": True}, tags=["operators"])
async def health_ready(services: Services) -> Health:
    """The database is reached and migrated; 503 otherwise."""
    try:
        async with services.db.connection() as connection:
            migrated = await _Q.value(connection, "newest_migration")
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
        raise Busy("the database cannot be reached", retry_after=2) from error
    if not migrated:
        raise Busy("the database has not been migrated", retry_after=5)
    return Health("ok")


@get("/metrics", opt={"anonymous": True}, tags=["operators"], media_type="text/plain")
async def metrics(request: Request[Any, Any, Any], services: Services) -> Response[bytes]:
    """Prometheus text format; from this machine, or with `Authorization: Bearer HARKEN_METRICS_TOKEN`."""
    if not _may_read(request, services.settings.metrics_token):
        raise Forbidden("metrics are for this machine, or for who has the token")
    async with services.db.connection() as connection:
        for state in ("queued", "sending"):
            _DELIVERIES.labels(state).set(0)
        for row in await _Q.rows(connection, "delivery_states"):
            _DELIVERIES.labels(row["state"]).set(row["count"])
        for state in ("queued", "leased", "parked"):
            _TASKS.labels(state).set(0)
        for row in await _Q.rows(connection, "task_states"):
            _TASKS.labels(row["state"]).set(row["count"])
        _PARKED.set(await _Q.value(connection, "parked_receipts"))
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _may_read(request: Request[Any, Any, Any], token: str | None) -> bool:
    """A request that a proxy passed on is not from this machine, whatever its address says."""
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if token and same(given, token):
        return True
    client = request.client.host if request.client else ""
    forwarded = any(name in request.headers for name in ("x-forwarded-for", "forwarded", "x-real-ip"))
    return client in _LOOPBACK and not forwarded


ROUTES = [health_live, health_ready, metrics]

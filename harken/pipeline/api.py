"""The routes of the pipeline: webhooks of services, and for admins what was parked."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.params import Parameter, QueryParameter

from harken.kit.errors import Conflict, Invalid, NotFound
from harken.kit.queue import TaskRow, list_tasks, unpark
from harken.people.model import Caller
from harken.pipeline.receipts import ReceiptRow, Replayer, list_receipts
from harken.pipeline.receive import MIN_BODY_LIMIT, Accepted, Taken, channel_id_of, greet, read_body, receive
from harken.port.connector import Connector
from harken.port.messages import ChannelConfig, RawRequest
from harken.port.services import Services

AnyRequest = Request[Any, Any, Any]
Limit = Annotated[int, Parameter(ge=1, le=200)]


class ReceiptPage(msgspec.Struct, frozen=True):
    items: list[ReceiptRow]
    next_cursor: str | None


class TaskPage(msgspec.Struct, frozen=True):
    items: list[TaskRow]
    next_cursor: str | None


@post("/in/{connector:str}/{channel_id:str}", status_code=200, opt={"anonymous": True}, request_max_body_size=None)
async def take_webhook(
    request: AnyRequest, connector: str, channel_id: str, state: State, services: Services
) -> Accepted:
    """A service's webhook. 200 once everything in it is stored."""
    found, channel = await _channel(state, services, connector, channel_id)
    body = await read_body(request.stream(), max(services.settings.max_body_bytes, MIN_BODY_LIMIT))
    return await receive(state.batcher, found, channel, _raw(request, body))


@get("/in/{connector:str}/{channel_id:str}", opt={"anonymous": True})
async def answer_handshake(
    request: AnyRequest, connector: str, channel_id: str, state: State, services: Services
) -> Response[bytes]:
    """A service's handshake, for services that have one."""
    found, channel = await _channel(state, services, connector, channel_id)
    answer = greet(found, channel, _raw(request, b""))
    return Response(answer.body, status_code=answer.status, media_type=answer.content_type)


@get("/api/receipts")
async def get_receipts(
    caller: Caller, services: Services, outcome: str = "parked", limit: Limit = 50, cursor: str | None = None
) -> ReceiptPage:
    """Inbound items as they were received, newest first."""
    caller.require("admin")
    async with services.db.connection() as connection:
        rows = await list_receipts(connection, caller.workspace_id, outcome, limit=limit + 1, before=_id_of(cursor))
    return ReceiptPage(rows[:limit], str(rows[limit - 1].id) if len(rows) > limit else None)


@post("/api/receipts/{receipt_id:uuid}/replay", status_code=200)
async def replay_receipt(caller: Caller, services: Services, state: State, receipt_id: UUID) -> Taken:
    """Takes an item again, after what stopped it was mended."""
    caller.require("admin")
    replayer = Replayer(services.db, services.blobs, services.clock, services.connectors, state.directory)
    outcome = await replayer.replay_one(caller.workspace_id, receipt_id)
    return Taken(outcome.dedupe_key, outcome.outcome, outcome.error)


@get("/api/tasks")
async def get_tasks(
    caller: Caller, services: Services, task_state: Annotated[str, QueryParameter(name="state")] = "parked",
    limit: Limit = 50, cursor: str | None = None,
) -> TaskPage:  # fmt: skip
    """Background tasks in a state, newest first."""
    caller.require("admin")
    async with services.db.connection() as connection:
        rows = await list_tasks(connection, caller.workspace_id, task_state, limit=limit + 1, before=_id_of(cursor))
    return TaskPage(rows[:limit], str(rows[limit - 1].id) if len(rows) > limit else None)


@post("/api/tasks/{task_id:uuid}/retry", status_code=204)
async def retry_task(caller: Caller, services: Services, task_id: UUID) -> None:
    """Lets a parked task run again."""
    caller.require("admin")
    async with services.db.tx() as tx:
        if not await unpark(tx, caller.workspace_id, task_id):
            raise Conflict("there is no such parked task", code="not_parked")


ROUTES = [take_webhook, answer_handshake, get_receipts, replay_receipt, get_tasks, retry_task]


async def _channel(
    state: State, services: Services, connector: str, channel_id: str
) -> tuple[Connector, ChannelConfig]:
    found = await state.directory.get(channel_id_of(channel_id))
    if found is None or found[0] != connector:
        raise NotFound("no such channel")
    return services.connectors[connector], found[1]


def _raw(request: AnyRequest, body: bytes) -> RawRequest:
    return RawRequest(
        request.method, request.url.path, request.url.query,
        {name.lower(): value for name, value in request.headers.items()}, body,
    )  # fmt: skip


def _id_of(cursor: str | None) -> UUID | None:
    try:
        return UUID(cursor) if cursor else None
    except ValueError as error:
        raise Invalid(("cursor", "invalid")) from error

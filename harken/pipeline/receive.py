"""Webhooks: a service's raw request is verified, split into items and handed to the batcher; 200 only after the commit."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final
from uuid import UUID

import msgspec
import structlog

from harken.kit.errors import HarkenError, NotFound, NotSignedIn, TooLarge
from harken.pipeline.ingest import Batcher
from harken.pipeline.writing import Outcome
from harken.port.connector import Connector
from harken.port.errors import BadSignature, Malformed
from harken.port.messages import ChannelConfig, RawItem, RawRequest, RawResponse

_log = structlog.get_logger(__name__)
MIN_BODY_LIMIT: Final = 25 * 1024 * 1024  # files may travel inside
_BIG = 64 * 1024


class BadRequest(HarkenError):
    status, code, title = 400, "malformed", "Malformed request"


class Taken(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one item."""

    id: str
    outcome: str
    error: str | None = None


class Accepted(msgspec.Struct, frozen=True):
    """The answer to a webhook: everything in it is stored."""

    accepted: int
    items: list[Taken]


async def read_body(chunks: AsyncIterator[bytes], limit: int) -> bytes:
    """Raises TooLarge as soon as the body is."""
    parts: list[bytes] = []
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise TooLarge(f"the body is bigger than {limit} bytes")
        parts.append(chunk)
    return b"".join(parts)


async def receive(batcher: Batcher, connector: Connector, channel: ChannelConfig, request: RawRequest) -> Accepted:
    """Raises NotSignedIn, BadRequest (nothing is stored) or Busy (come again)."""
    items = await _items(connector, channel, request)
    outcomes = await batcher.submit(channel, connector.manifest.kind, items, request.headers)
    _log.info("webhook_accepted", channel=str(channel.id), items=len(outcomes))
    return Accepted(len(outcomes), [_taken(outcome) for outcome in outcomes])


async def _items(connector: Connector, channel: ChannelConfig, request: RawRequest) -> list[RawItem]:
    def read() -> list[RawItem]:
        connector.verify(request, channel)
        return connector.split(request, channel)

    try:
        return await asyncio.to_thread(read) if len(request.body) > _BIG else read()
    except BadSignature as error:
        _log.warning("webhook_refused", channel=str(channel.id), reason="bad_signature")
        raise NotSignedIn(str(error), code="bad_signature") from error
    except Malformed as error:
        raise BadRequest(str(error)) from error


def _taken(outcome: Outcome) -> Taken:
    return Taken(outcome.dedupe_key, outcome.outcome, outcome.error)


def greet(connector: Connector, channel: ChannelConfig, request: RawRequest) -> RawResponse:
    """The answer to a service's GET handshake. Raises NotFound where the service has none."""
    try:
        response = connector.handshake(request, channel)
    except BadSignature as error:
        raise NotSignedIn(str(error), code="bad_signature") from error
    if response is None:
        raise NotFound
    return response


def channel_id_of(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound("no such channel") from error

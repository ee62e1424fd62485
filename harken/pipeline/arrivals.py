"""An inbound item made ready for the transaction: parsed, its text storable, its files in the blob store.

All that costs time happens here, outside the transaction; doing it twice is harmless.
"""

import asyncio
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, cast
from uuid import UUID

import msgspec
import structlog

from harken.conversations.actions.receive import Incoming, StoredFile
from harken.conversations.content import kind_of
from harken.conversations.files import store_content
from harken.conversations.model import Attachment
from harken.kit.blobs import Blobs
from harken.kit.ids import new_id
from harken.kit.text import one_line, storable
from harken.pipeline.files import describe
from harken.port.buttons import VALUE
from harken.port.capabilities import Capabilities
from harken.port.connector import Connector
from harken.port.messages import (
    Broken,
    ChannelConfig,
    InboundDelivery,
    InboundEvent,
    InboundFile,
    InboundMessage,
    InboundReaction,
    RawItem,
    Unknown,
)

_log = structlog.get_logger(__name__)
_BIG = 64 * 1024  # bytes from which parsing leaves the event loop
_MAX_TEXT, _MAX_HTML, _MAX_KEY, _MAX_REFERENCES = 100_000, 1_000_000, 500, 50
_PRIVATE_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization"})

ReceiptOutcome = Literal["ingested", "ignored", "parked"]


class Arrival(msgspec.Struct, frozen=True):
    """One item with everything that its transaction writes."""

    receipt_id: UUID
    channel_id: UUID
    dedupe_key: str
    headers: Mapping[str, str]
    body: bytes
    received_at: datetime
    outcome: ReceiptOutcome
    error: str | None
    incoming: tuple[Incoming, ...] = ()
    reports: tuple[InboundDelivery, ...] = ()
    reactions: tuple[InboundReaction, ...] = ()
    cursor: Mapping[str, Any] | None = None  # of a connector that pulls: stored with the item


async def prepare(
    connector: Connector,
    blobs: Blobs,
    channel: ChannelConfig,
    item: RawItem,
    headers: Mapping[str, str],
    now: datetime,
    *,
    receipt_id: UUID | None = None,
) -> Arrival:
    events = await _parse(connector, item, channel)
    outcome, error = _judge(events)
    capabilities = connector.capabilities(channel.settings)
    incoming = [
        await _incoming(blobs, channel, connector.manifest.kind, capabilities, event)
        for event in events
        if isinstance(event, InboundMessage)
    ]
    return Arrival(
        receipt_id=receipt_id or new_id(),
        channel_id=channel.id,
        dedupe_key=storable(item.dedupe_key, 200),
        headers={storable(k, 200): storable(v, 2000) for k, v in headers.items() if k.lower() not in _PRIVATE_HEADERS},
        body=item.body,
        received_at=now,
        outcome=outcome,
        error=error,
        incoming=tuple(incoming),
        reports=tuple(_report(event) for event in events if isinstance(event, InboundDelivery)),
        reactions=tuple(_reaction(event) for event in events if isinstance(event, InboundReaction)),
    )


async def _parse(connector: Connector, item: RawItem, channel: ChannelConfig) -> list[InboundEvent]:
    """A connector's `parse` is total; one that is not parks its item, and breaks nothing else."""
    try:
        if len(item.body) > _BIG:
            return await asyncio.to_thread(connector.parse, item, channel)
        return connector.parse(item, channel)
    except Exception as error:
        _log.exception("parse_raised", connector=connector.manifest.kind, channel=str(channel.id))
        return [Broken(f"{type(error).__name__} in the connector: {error}")]


def _judge(events: list[InboundEvent]) -> tuple[ReceiptOutcome, str | None]:
    broken = [event.reason for event in events if isinstance(event, Broken)]
    if broken:
        return "parked", storable("; ".join(broken), 2000)
    unknown = [event.reason for event in events if isinstance(event, Unknown)]
    if len(unknown) == len(events):
        return "ignored", storable("; ".join(unknown), 2000) or None
    return "ingested", None


async def _incoming(
    blobs: Blobs, channel: ChannelConfig, kind: str, can: Capabilities, message: InboundMessage
) -> Incoming:
    html = message.html
    files: list[StoredFile] = []
    for file in message.files:
        file_id, inline = new_id(), False
        if html and file.content_id and (named := f'"cid:{file.content_id}"') in html:
            html, inline = html.replace(named, f'"/files/{file_id}"'), True
        files.append(await store_file(blobs, channel.workspace_id, file_id, file, inline=inline))
    cleaned = _cleaned(message, html)
    return Incoming(channel.id, kind, can.shared_identities, cleaned, tuple(files), answers=can.replies)


async def store_file(
    blobs: Blobs, workspace_id: UUID, file_id: UUID, file: InboundFile, *, inline: bool = False
) -> StoredFile:
    """Puts the bytes of a file into the blob store; one that is only a URL stays pending."""
    name = one_line(file.name, 200)
    details = {"content_id": storable(file.content_id, 200)} if file.content_id else {}
    if file.digest is not None:
        file = msgspec.structs.replace(file, data=await blobs.get(f"{workspace_id}/{file.digest}"))
    if file.data is None:
        claimed = one_line(file.type or "application/octet-stream", 100)
        pending = Attachment(file_id, name or "file", claimed, 0, kind_of(claimed), state="pending", inline=inline)
        return StoredFile(pending, url=storable(file.url or "", 4000), details=details)
    content = io.BytesIO(file.data)
    described = await describe(name, content)
    digest, _ = await store_content(blobs, workspace_id, content, described.thumbnail)
    attachment = Attachment(
        file_id, described.name, described.type, len(file.data), kind_of(described.type), inline=inline,
        details=described.details,
    )  # fmt: skip
    return StoredFile(attachment, digest=digest, details=details)


def _cleaned(message: InboundMessage, html: str | None) -> InboundMessage:
    return InboundMessage(
        external_id=storable(message.external_id, _MAX_KEY),
        address=storable(message.address, _MAX_KEY),
        text=storable(message.text, _MAX_TEXT),
        name=one_line(storable(message.name, 1000), 200),
        thread_key=storable(message.thread_key, _MAX_KEY),
        subject=None if message.subject is None else one_line(storable(message.subject, 5000), 500),
        html=None if html is None else storable(html, _MAX_HTML),
        quoted=None if message.quoted is None else storable(message.quoted, _MAX_TEXT),
        files=message.files,
        sent_at=message.sent_at,
        automatic=message.automatic,
        verified=message.verified,
        conversation_hint=message.conversation_hint,
        replies_to=tuple(storable(external, _MAX_KEY) for external in message.replies_to[:_MAX_REFERENCES]),
        headers=_storable_json(message.headers),
        pressed=storable(message.pressed, VALUE) if message.pressed else None,
    )


def _storable_json(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value, _MAX_TEXT)
    if isinstance(value, Mapping):
        members = cast(Mapping[object, object], value)
        return {storable(str(key), 200): _storable_json(member) for key, member in members.items()}
    if isinstance(value, list | tuple):
        return [_storable_json(member) for member in cast(Sequence[object], value)]
    return value


def _reaction(reaction: InboundReaction) -> InboundReaction:
    return msgspec.structs.replace(
        reaction,
        address=storable(reaction.address, _MAX_KEY),
        external_id=None if reaction.external_id is None else storable(reaction.external_id, _MAX_KEY),
    )


def _report(report: InboundDelivery) -> InboundDelivery:
    return msgspec.structs.replace(
        report,
        provider_id=None if report.provider_id is None else storable(report.provider_id, _MAX_KEY),
        error=None if report.error is None else one_line(storable(report.error, 5000), 500),
    )

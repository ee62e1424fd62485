"""The items that the widget's own routes put into the pipeline: messages, and ticks on answers. Pure and total."""

import hashlib
import re
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

import msgspec

from harken.connectors.webchat.identity import Claims, Upload
from harken.port.messages import (
    Broken,
    InboundDelivery,
    InboundEvent,
    InboundFile,
    InboundMessage,
    InboundReaction,
    RawItem,
)

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_encoder = msgspec.json.Encoder()


class _File(msgspec.Struct):
    name: str
    type: str
    digest: str


class Message(msgspec.Struct, tag="message"):
    """A visitor's message, as it is kept in its receipt."""

    external_id: str
    address: str
    name: str
    email: str
    known: bool
    text: str
    files: list[_File]
    at: datetime
    reply_to: UUID | None = None
    pressed: str | None = None


class Reaction(msgspec.Struct, tag="reaction"):
    """To a message that the visitor sees; an empty emoji takes it back."""

    address: str
    message_id: UUID
    emoji: str
    at: datetime


class Tick(msgspec.Struct, tag="delivery"):
    """An answer has arrived at the visitor's page, or was read there."""

    message_id: UUID
    state: Literal["delivered", "read"]


def external_id(address: str, client_message_id: str) -> str:
    """Unique in the channel: two visitors may choose the same id, and one of them may choose it on purpose."""
    return f"{hashlib.sha256(address.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}:{client_message_id}"


def client_id(external_id: str | None) -> str | None:
    return external_id.partition(":")[2] or None if external_id else None


def message_item(
    claims: Claims, client_message_id: str, text: str, uploads: list[Upload], at: datetime, reply_to: UUID | None,
    pressed: str | None = None,
) -> RawItem:  # fmt: skip
    key = external_id(claims.address, client_message_id)
    files = [_File(upload.name, upload.type, upload.digest) for upload in uploads]
    message = Message(key, claims.address, claims.name, claims.email, claims.known, text, files, at, reply_to, pressed)
    return RawItem(f"message:{key}", _encoder.encode(message))


def reaction_item(claims: Claims, message_id: UUID, emoji: str, at: datetime) -> RawItem:
    """Each is an item of its own: the same one may come, go and come again."""
    key = f"reaction:{external_id(claims.address, str(message_id))}:{at.isoformat()}"
    return RawItem(key, _encoder.encode(Reaction(claims.address, message_id, emoji, at)))


def tick_item(message_id: UUID, state: Literal["delivered", "read"]) -> RawItem:
    return RawItem(f"{state}:{message_id}", _encoder.encode(Tick(message_id, state)))


def parse(body: bytes) -> list[InboundEvent]:
    try:
        item = msgspec.json.decode(body, type=Message | Reaction | Tick)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        return [Broken(str(error)[:500])]
    if isinstance(item, Tick):
        return [InboundDelivery(item.state, message_id=item.message_id)]
    if isinstance(item, Reaction):
        return [InboundReaction(item.address, item.emoji, message_id=item.message_id, at=item.at)]
    if not all(_DIGEST.fullmatch(file.digest) for file in item.files):
        return [Broken("a file's digest is none")]
    return [
        InboundMessage(
            external_id=item.external_id,
            address=item.address,
            text=item.text,
            name=item.name,
            files=tuple(InboundFile(file.name, digest=file.digest, type=file.type) for file in item.files),
            sent_at=item.at,
            verified=item.known,
            replies_to=(str(item.reply_to),) if item.reply_to else (),
            headers={"email": item.email} if item.email else {},
            pressed=item.pressed,
        )
    ]

"""What one's own service posts: one item or a list, messages and news of deliveries. Pure and total."""

import base64
import binascii
import hashlib
import json
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

import msgspec

from harken.kit.crypto import same
from harken.kit.text import storable
from harken.port.buttons import VALUE
from harken.port.errors import BadSignature, Malformed
from harken.port.messages import (
    Broken,
    ChannelConfig,
    InboundDelivery,
    InboundEvent,
    InboundFile,
    InboundMessage,
    InboundReaction,
    RawItem,
    RawRequest,
    Unknown,
)

_MAX_ID, _MAX_ADDRESS, _MAX_FILES = 180, 500, 50


class _Sender(msgspec.Struct):
    id: str | int
    name: str | None = None


class _Attachment(msgspec.Struct):
    url: str | None = None
    base64: str | None = None
    name: str | None = None


class _Kind(msgspec.Struct):
    id: str | int
    type: str = "message"


class _Message(msgspec.Struct, rename={"sender": "from"}):
    id: str | int
    sender: _Sender
    thread: str | int | None = None
    text: str | None = None
    attachments: list[_Attachment] | None = None
    sent_at: datetime | None = None
    reply_to: str | int | None = None  # the id of a message of either side
    pressed: str | None = None  # the value of the button that was pressed; the text is its title


class _Reaction(msgspec.Struct, rename={"sender": "from"}):
    sender: _Sender
    to: str | int  # the id of a message of either side
    emoji: str
    thread: str | int | None = None
    sent_at: datetime | None = None


class _Delivery(msgspec.Struct):
    message_id: UUID
    state: Literal["sent", "delivered", "read", "failed"]
    error: str | None = None


def verify(request: RawRequest, channel: ChannelConfig) -> None:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    secret = channel.settings.get("secret") or ""
    if not same(given.strip(), secret) or not secret or scheme.lower() != "bearer":
        raise BadSignature("the bearer token is not this channel's secret")


def split(body: bytes) -> list[RawItem]:
    """Each item as its own bytes of the body, so that one which cannot be read spoils no other."""
    try:
        items = _raw_items(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        items = _raw_items(_mended(body))
    return [RawItem(_dedupe_key(item), item) for item in items]


def _raw_items(body: bytes) -> list[bytes]:
    if body.lstrip()[:1] == b"[":
        return [bytes(raw) for raw in msgspec.json.decode(body, type=list[msgspec.Raw])]
    item = bytes(msgspec.json.decode(body, type=msgspec.Raw))
    if not item.lstrip().startswith(b"{"):
        raise Malformed("the body must be an object or a list of objects")
    return [item]


def _mended(body: bytes) -> bytes:
    """JSON that strict readers refuse for a lone surrogate, with a question mark in its place. Raises Malformed."""
    try:
        return json.dumps(json.loads(body), ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")
    except (ValueError, RecursionError) as error:
        raise Malformed(f"the body is not JSON: {error}") from error


def parse(body: bytes) -> list[InboundEvent]:
    try:
        kind = msgspec.json.decode(body, type=_Kind)
        match kind.type:
            case "message":
                return [_message(msgspec.json.decode(body, type=_Message))]
            case "delivery":
                found = msgspec.json.decode(body, type=_Delivery)
                return [InboundDelivery(found.state, message_id=found.message_id, error=found.error)]
            case "reaction":
                return [_reaction(msgspec.json.decode(body, type=_Reaction))]
            case _:
                return [Unknown("the type is neither message, delivery nor reaction")]
    except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError) as error:
        return [Broken(str(error)[:500])]


def _message(item: _Message) -> InboundMessage:
    address = _address(item.sender)
    files = tuple(_file(attachment) for attachment in item.attachments or [])
    if len(files) > _MAX_FILES:
        raise ValueError(f"more than {_MAX_FILES} attachments")
    if not files and not (item.text or "").strip():
        raise ValueError("neither text nor attachments")
    if len(item.pressed or "") > VALUE:
        raise ValueError(f"pressed has more than {VALUE} characters")
    return InboundMessage(
        external_id=_bounded(str(item.id)),
        address=address,
        text=item.text or "",
        name=item.sender.name or "",
        thread_key="" if item.thread in (None, "") else _bounded(str(item.thread)),
        files=files,
        sent_at=_in_utc(item.sent_at),
        verified=True,
        replies_to=() if item.reply_to in (None, "") else (_bounded(str(item.reply_to)),),
        pressed=item.pressed or None,
    )


def _reaction(item: _Reaction) -> InboundReaction:
    named = _bounded(str(item.to))
    return InboundReaction(
        address=_address(item.sender),
        emoji=item.emoji,
        message_id=_own_id(named),
        external_id=named,
        thread_key="" if item.thread in (None, "") else _bounded(str(item.thread)),
        at=_in_utc(item.sent_at),
    )


def _address(sender: _Sender) -> str:
    address = storable(str(sender.id), _MAX_ADDRESS + 1).strip()
    if not address or len(address) > _MAX_ADDRESS:
        raise ValueError(f"from.id must have 1 to {_MAX_ADDRESS} characters")
    return address


def _own_id(name: str) -> UUID | None:
    """When it may be the id of one of our messages."""
    try:
        return UUID(name)
    except ValueError:
        return None


def _file(attachment: _Attachment) -> InboundFile:
    name = attachment.name or ""
    if attachment.base64 is not None:
        try:
            return InboundFile(name, data=base64.b64decode(attachment.base64, validate=True))
        except (binascii.Error, ValueError) as error:
            raise ValueError("an attachment's base64 cannot be decoded") from error
    if not attachment.url:
        raise ValueError("an attachment has neither url nor base64")
    return InboundFile(name, url=attachment.url)


def _in_utc(at: datetime | None) -> datetime | None:
    """A time without a zone is taken as UTC."""
    if at is None:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _dedupe_key(body: bytes) -> str:
    try:
        kind = msgspec.json.decode(body, type=_Kind)
        name = _bounded(str(kind.id))
        known = kind.type if kind.type in ("delivery", "reaction") else "other"
        return name if kind.type == "message" else f"{known}:{name}"
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return f"sha256:{hashlib.sha256(body).hexdigest()}"


def _bounded(name: str) -> str:
    """An id as it is, or its digest when it is too long for a key or cannot be stored. Raises ValueError for an empty one."""
    if not name.strip("\x00 "):
        raise ValueError("an item must have an id")
    if len(name) <= _MAX_ID and storable(name, _MAX_ID) == name:
        return name
    return "sha256:" + hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()

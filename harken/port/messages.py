"""What passes between a connector and the pipeline. Pure values."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from harken.port.buttons import Button


class ChannelConfig(msgspec.Struct, frozen=True):
    """One channel as its connector sees it: settings and opened secrets in one mapping."""

    id: UUID
    workspace_id: UUID
    name: str
    settings: Mapping[str, Any]
    public_url: str  # where this Harken is reached from outside, without a slash at the end


class RawRequest(msgspec.Struct, frozen=True):
    """A webhook request. Header names are lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


class RawResponse(msgspec.Struct, frozen=True):
    status: int
    body: bytes
    content_type: str = "application/json"


class RawItem(msgspec.Struct, frozen=True):
    """One item of a request, as it is stored in its receipt. `dedupe_key`: the same item has the same key for ever (at most 200 characters)."""

    dedupe_key: str
    body: bytes


class InboundFile(msgspec.Struct, frozen=True):
    """A file that came in: its bytes, or where they are stored, or a URL from which a task fetches them."""

    name: str
    data: bytes | None = None
    digest: str | None = None  # instead of the bytes: Host.store_upload has them already
    url: str | None = None
    content_id: str | None = None  # inline in HTML mail: `cid:` without the brackets
    type: str | None = None  # what the sender claims; the stored type is by content


class InboundMessage(msgspec.Struct, frozen=True):
    """A customer's message. `external_id` is unique in its channel."""

    external_id: str
    address: str
    text: str = ""
    name: str = ""
    thread_key: str = ""
    subject: str | None = None
    html: str | None = None  # sanitised
    quoted: str | None = None
    files: tuple[InboundFile, ...] = ()
    sent_at: datetime | None = None
    automatic: bool = False  # an auto-reply: reopens nothing, and starts nothing when `bounce_of` is set
    verified: bool = False  # the service or a signature vouches for the address
    conversation_hint: UUID | None = None  # a verified reference to one of our conversations (a signed reply address)
    replies_to: tuple[str, ...] = ()  # external ids of messages that this one answers, nearest first
    headers: Mapping[str, Any] = {}  # what `send` needs later to answer in the thread
    cc: tuple[str, ...] = ()  # who else it was sent to, beside us
    pressed: str | None = None  # the value of the button that the customer pressed; the text is its title


class InboundDelivery(msgspec.Struct, frozen=True):
    """News of an outbound message, by the service's id or by ours."""

    state: Literal["sent", "delivered", "read", "failed"]
    provider_id: str | None = None
    message_id: UUID | None = None
    error: str | None = None
    at: datetime | None = None


class InboundReaction(msgspec.Struct, frozen=True):
    """A customer's reaction to a message; an empty emoji takes it back. It reopens nothing."""

    address: str
    emoji: str
    message_id: UUID | None = None  # of the message it is about: ours,
    external_id: str | None = None  # or the service's
    thread_key: str = ""
    at: datetime | None = None


class Unknown(msgspec.Struct, frozen=True):
    """An item that means nothing to us (kept as an ignored receipt)."""

    reason: str


class Broken(msgspec.Struct, frozen=True):
    """An item that should mean something but could not be read: its receipt is parked and can be replayed."""

    reason: str


InboundEvent = InboundMessage | InboundDelivery | InboundReaction | Unknown | Broken


class OutboundFile(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    type: str
    size: int
    key: str  # of the blob: SendContext.read
    voice: bool = False  # a recorded message, in what the channel plays


class OutboundMessage(msgspec.Struct, frozen=True):
    """What `send` sends. `message_id` is the idempotency key where the service takes one."""

    message_id: UUID
    conversation_id: UUID
    conversation_number: int
    address: str
    contact_name: str
    author_kind: Literal["agent", "bot", "system"]
    author_name: str
    text: str
    thread_key: str
    external_id: str | None  # chosen before the first send by `Connector.external_id` (mail: the Message-ID)
    subject: str | None
    files: tuple[OutboundFile, ...]
    reply_headers: Mapping[str, Any]  # `headers` of the conversation's newest inbound message
    references: tuple[str, ...]  # external ids of the conversation's messages, oldest first
    created_at: datetime
    attempt: int  # 1 for the first
    reply_to: str | None = None  # external id (or ours, where it has none) of the message that this one answers
    formatted: bool = False  # the text has marks: kit/formatting.py; false where the channel has none
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()  # in no header
    signature: str = ""  # below the text, with marks
    quoted: str = ""  # below both: a line that says whose it is, then the words behind “> ”
    quoted_html: str | None = None  # the quoted message's own HTML, sanitised
    buttons: tuple[Button, ...] = ()  # no more than the channel shows; elsewhere the text has them numbered


class OutboundReaction(msgspec.Struct, frozen=True):
    """An agent's reaction for the customer to see; an empty emoji takes it back."""

    conversation_id: UUID
    message_id: UUID
    external_id: str | None  # of the message, as the service knows it
    address: str
    thread_key: str
    author_name: str
    emoji: str


class SendResult(msgspec.Struct, frozen=True):
    """`state`: what is known after the call (`queued`: taken, news will follow)."""

    provider_id: str | None = None
    state: Literal["sent", "delivered"] = "sent"


class CheckResult(msgspec.Struct, frozen=True):
    """The answer of a channel's test: `text` says what is wrong and what to do."""

    ok: bool
    text: str

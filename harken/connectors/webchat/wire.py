"""What the widget gets and sends over HTTP and its socket. Pure."""

from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

import msgspec

from harken.connectors.webchat.identity import LINK_LIFETIME, Identity, link_signature
from harken.connectors.webchat.receive import client_id
from harken.port.buttons import Button
from harken.port.host import Position, ShownFile, ShownMessage, ShownReaction
from harken.port.messages import ChannelConfig


class SessionRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    origin: str
    token: str | None = None
    identity: Identity | None = None


class MessageRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    client_message_id: str
    text: str = ""
    file_ids: list[str] = []
    reply_to: UUID | None = None
    pressed: str | None = None


class ReactionRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An empty emoji takes the visitor's own back."""

    emoji: str


class FileRule(msgspec.Struct, frozen=True):
    types: list[str]
    max_bytes: int


class ChannelShown(msgspec.Struct, frozen=True):
    name: str
    title: str
    greeting: str
    accent: str
    workspace: str
    text_limit: int
    files: list[FileRule]
    max_files: int


class FileShown(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    type: str
    size: int
    kind: str
    state: str
    url: str
    details: dict[str, Any]


class MessageShown(msgspec.Struct, frozen=True):
    id: UUID
    position: Position
    kind: Literal["message", "joined", "closed"]
    author: Literal["visitor", "agent", "bot", "system"] = msgspec.field(name="from")
    name: str
    text: str
    at: datetime
    files: list[FileShown]
    client_message_id: str | None
    reply_to: UUID | None
    reactions: list[ShownReaction]
    format: Literal["plain", "markdown"] = "plain"
    buttons: list[Button] = []


class Session(msgspec.Struct, frozen=True):
    token: str
    name: str
    known: bool
    channel: ChannelShown
    messages: list[MessageShown]
    seen: Position | None
    more: bool
    cursor: int


class MessagePage(msgspec.Struct, frozen=True):
    messages: list[MessageShown]
    more: bool


class MessageTaken(msgspec.Struct, frozen=True):
    message: MessageShown


class UploadTaken(msgspec.Struct, frozen=True):
    id: str
    name: str
    type: str
    size: int
    kind: str


class PartTaken(msgspec.Struct, frozen=True):
    """`offset`: how much of the file is there; `file`: once it is all."""

    offset: int
    file: UploadTaken | None = None


def message_shown(channel: ChannelConfig, message: ShownMessage, now: datetime) -> MessageShown:
    """Links to files are signed anew each time, so that they are good for a day from now."""
    until = int((now + LINK_LIFETIME).timestamp())
    return MessageShown(
        id=message.id,
        position=message.position,
        kind=message.kind,
        author="visitor" if message.author == "contact" else message.author,
        name=message.name,
        text=message.text,
        at=message.at,
        files=[_file_shown(channel, file, until) for file in message.files],
        client_message_id=client_id(message.external_id),
        reply_to=message.reply_to,
        reactions=message.reactions,
        format=message.format,
        buttons=message.buttons,
    )


def _file_shown(channel: ChannelConfig, file: ShownFile, until: int) -> FileShown:
    signature = link_signature(channel, file.id, until)
    url = f"/widget/files/{file.id}?channel={channel.id}&until={until}&signature={signature}"
    return FileShown(file.id, file.name, file.type, file.size, file.kind, file.state, url, file.details)


def kind_of(media_type: str) -> str:
    family = media_type.partition("/")[0]
    return family if family in ("image", "audio", "video") else "file"


class Hello(msgspec.Struct, frozen=True, tag="hello", forbid_unknown_fields=True):
    token: str
    origin: str
    since: int | None = None


class Typing(msgspec.Struct, frozen=True, tag="typing", forbid_unknown_fields=True):
    active: bool


class Read(msgspec.Struct, frozen=True, tag="read", forbid_unknown_fields=True):
    message_id: UUID


class Delivered(msgspec.Struct, frozen=True, tag="delivered", forbid_unknown_fields=True):
    message_id: UUID


class Ping(msgspec.Struct, frozen=True, tag="ping", forbid_unknown_fields=True):
    pass


ClientFrame = Typing | Read | Delivered | Ping
MAX_FRAME: Final = 4_000
"""Characters of a client's frame: a token is the longest thing in one."""

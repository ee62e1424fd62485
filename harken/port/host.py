"""What a connector that serves its customers itself (the widget) may ask of Harken. Pure types; live/visitors.py does it.

Everything here is of one channel and one address, and holds what a customer may see only: never a note, never a line
that is internal, never an answer that has not left.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, Literal, Protocol
from uuid import UUID

import msgspec

from harken.port.buttons import Button
from harken.port.messages import ChannelConfig, RawItem

Position = tuple[int, int]  # of a message: its conversation's number, its seq there


class Visitor(msgspec.Struct, frozen=True):
    """A customer of a channel, who was made sure of by the connector."""

    channel: ChannelConfig
    address: str


class ShownFile(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    type: str
    size: int
    kind: Literal["image", "audio", "video", "file"]
    state: Literal["ready", "pending", "failed"] = "ready"
    details: dict[str, Any] = {}


class ShownReaction(msgspec.Struct, frozen=True):
    """`own`: the customer's."""

    emoji: str
    name: str
    own: bool


class ShownMessage(msgspec.Struct, frozen=True):
    """`joined`: an agent took the conversation; `closed`: it was closed. `external_id`: of the customer's own."""

    id: UUID
    position: Position
    kind: Literal["message", "joined", "closed"]
    author: Literal["contact", "agent", "bot", "system"]
    name: str
    text: str
    at: datetime
    files: list[ShownFile]
    external_id: str | None = None
    reply_to: UUID | None = None
    reactions: list[ShownReaction] = []
    format: Literal["plain", "markdown"] = "plain"
    buttons: list[Button] = []


class Thread(msgspec.Struct, frozen=True):
    """A page of all that was said, oldest first. `seen`: up to where an agent has read. `cursor`: for Host.feed."""

    messages: list[ShownMessage]
    seen: Position | None
    more: bool
    cursor: int


class Changes(msgspec.Struct, frozen=True):
    """What is new or changed since the last ones. `lost`: too much, the thread must be loaded again."""

    messages: list[ShownMessage]
    seen: Position | None
    cursor: int
    lost: bool = False


class Typed(msgspec.Struct, frozen=True):
    """An agent or a bot began or ended to write."""

    name: str
    active: bool


class StoredUpload(msgspec.Struct, frozen=True):
    """An upload's blob, which a message's InboundFile names by `digest`."""

    digest: str
    size: int
    type: str  # by content


class OpenFile(msgspec.Struct, frozen=True):
    name: str
    type: str
    size: int
    key: str


class Feed(Protocol):
    async def catch_up(self) -> Changes:
        """What changed since the cursor."""
        ...

    async def next(self) -> Changes | Typed:
        """Waits for what comes next; Changes are never empty."""
        ...


class Host(Protocol):
    async def find_channel(self, connector: str, channel_id: UUID) -> ChannelConfig | None:
        """None when there is no such active channel of this connector."""
        ...

    async def workspace_name(self, channel: ChannelConfig) -> str: ...

    async def accept(
        self, connector: str, channel: ChannelConfig, items: Sequence[RawItem], headers: Mapping[str, str]
    ) -> None:
        """Stores items as if a webhook had brought them; returns after the commit. Raises Busy."""
        ...

    async def thread(self, connector: str, visitor: Visitor, before: UUID | None, limit: int) -> Thread: ...

    async def is_blocked(self, connector: str, visitor: Visitor) -> bool:
        """Whether what the customer sends reaches nobody; they are not told."""
        ...

    async def find_message(self, connector: str, visitor: Visitor, external_id: str) -> ShownMessage | None:
        """The customer's own message."""
        ...

    async def unconfirmed(
        self, connector: str, visitor: Visitor, message_id: UUID, state: Literal["delivered", "read"]
    ) -> list[UUID]:
        """The answers up to this message that are not known to be in that state yet; empty for a message of others."""
        ...

    def feed(self, connector: str, visitor: Visitor, cursor: int | None) -> AbstractAsyncContextManager[Feed]:
        """Live from the cursor on; from now on when it is None."""
        ...

    async def type(self, connector: str, visitor: Visitor, active: bool) -> None:
        """The customer writes, or stopped: shown to agents while there is an open conversation."""
        ...

    def bot_types(
        self, workspace_id: UUID, conversation_id: UUID, team_id: UUID | None, bot_id: UUID, name: str, *, active: bool
    ) -> None:
        """A bot that has the conversation writes, or has written: shown to the customer and to who may see it, for ten seconds."""
        ...

    async def store_upload(self, channel: ChannelConfig, name: str, data: bytes) -> StoredUpload: ...

    async def add_part(self, channel: ChannelConfig, upload: UUID, offset: int, data: bytes) -> int:
        """How much of an upload is there now: a part is kept that begins where it stands. What is not finished in a day is gone."""
        ...

    async def read_parts(self, channel: ChannelConfig, upload: UUID) -> bytes:
        """All that is there of it."""
        ...

    async def delete_parts(self, channel: ChannelConfig, upload: UUID) -> None: ...

    async def find_file(self, channel: ChannelConfig, file_id: UUID) -> OpenFile | None:
        """A file of a message of the channel. Who may have it was made sure of by the connector."""
        ...

    def read_file(self, file: OpenFile, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from `start` up to but not including `end`."""
        ...

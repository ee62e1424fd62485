"""What a connector is. A folder per messaging service implements this; only entry/ knows them all.

`verify`, `split` and `parse` are pure and total for anything that a stranger may send. `send` and `check` may use the
network; no transaction is open while they run.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, runtime_checkable
from uuid import UUID

import msgspec

from harken.port.capabilities import Capabilities
from harken.port.messages import (
    ChannelConfig,
    CheckResult,
    InboundEvent,
    OutboundFile,
    OutboundMessage,
    OutboundReaction,
    RawItem,
    RawRequest,
    RawResponse,
    SendResult,
)


class Setting(msgspec.Struct, frozen=True):
    """One setting of a connector, for validation and for the form in Settings."""

    name: str
    kind: str  # text, secret, number, boolean, choice, list, color
    label: str
    required: bool = False
    generated: bool = False  # a secret that Harken makes when it is left out, and shows once
    signs: bool = False  # one with which it signs after Standard Webhooks
    default: Any = None
    choices: tuple[str, ...] = ()
    help: str = ""


class Manifest(msgspec.Struct, frozen=True):
    """What a connector says of itself (GET /api/connectors)."""

    kind: str
    title: str
    description: str
    settings: tuple[Setting, ...]


class SendContext(Protocol):
    """What `send` may ask for."""

    async def read(self, file: OutboundFile) -> bytes:
        """The file's content."""
        ...


class Intake(Protocol):
    """Where a connector that pulls delivers what it read."""

    async def cursor(self) -> Mapping[str, Any] | None:
        """The cursor that was stored with the last accepted items."""
        ...

    async def accept(self, items: Sequence[RawItem], cursor: Mapping[str, Any]) -> None:
        """Stores items and cursor in one transaction; returns after the commit."""
        ...

    async def health(self, ok: bool, text: str) -> None:
        """Tells whether the service is reached."""
        ...


class Connector(Protocol):
    @property
    def manifest(self) -> Manifest: ...

    def capabilities(self, settings: Mapping[str, Any]) -> Capabilities: ...

    def validate(self, settings: Mapping[str, Any]) -> list[tuple[str, str]]:
        """(field, code) of what is wrong beyond the manifest's own rules; empty when all is well."""
        ...

    def handshake(self, request: RawRequest, channel: ChannelConfig) -> RawResponse | None:
        """The answer to a service's GET handshake; None where there is none (404)."""
        ...

    def verify(self, request: RawRequest, channel: ChannelConfig) -> None:
        """Raises BadSignature, in constant time."""
        ...

    def split(self, request: RawRequest, channel: ChannelConfig) -> list[RawItem]:
        """The items of a verified request; a broken item among good ones is an item too. Raises Malformed."""
        ...

    def parse(self, item: RawItem, channel: ChannelConfig) -> list[InboundEvent]:
        """Pure and total: Unknown or Broken, never an exception."""
        ...

    def external_id(self, message_id: UUID, channel: ChannelConfig, created_at: datetime) -> str | None:
        """The id by which the service will know an outbound message, where we choose it; stored before the first send."""
        ...

    async def send(self, message: OutboundMessage, channel: ChannelConfig, context: SendContext) -> SendResult:
        """Sends once. Raises ConnectorError."""
        ...

    async def check(self, channel: ChannelConfig) -> CheckResult:
        """Tries the channel's settings against the service, within 15 s; never raises."""
        ...

    def listener(self, channel: ChannelConfig, intake: Intake) -> Callable[[], Awaitable[None]] | None:
        """For a service that is pulled: runs until cancelled, one per channel in all processes. None for webhooks."""
        ...


@runtime_checkable
class Reacting(Protocol):
    """What a connector also has whose channels carry reactions (capabilities.reactions)."""

    async def react(self, reaction: OutboundReaction, channel: ChannelConfig) -> None:
        """Shows it to the customer, or takes it back; may be repeated. Raises ConnectorError."""
        ...

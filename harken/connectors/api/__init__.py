"""The connector `api`: any service of one's own, over HTTP and JSON (README.md says exactly how)."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from harken.connectors.api import receive
from harken.connectors.api.manifest import MANIFEST, api_capabilities, wrong_settings
from harken.connectors.api.send import react, send, try_callback
from harken.port.capabilities import Capabilities
from harken.port.connector import Intake, Manifest, SendContext
from harken.port.messages import (
    ChannelConfig,
    CheckResult,
    InboundEvent,
    OutboundMessage,
    OutboundReaction,
    RawItem,
    RawRequest,
    RawResponse,
    SendResult,
)


class ApiConnector:
    """`repeatable_send`: `webhook-id` is an idempotency key, so a send with an unknown outcome may be repeated."""

    repeatable_send = True

    @property
    def manifest(self) -> Manifest:
        return MANIFEST

    def capabilities(self, settings: Mapping[str, Any]) -> Capabilities:
        return api_capabilities(settings)

    def validate(self, settings: Mapping[str, Any]) -> list[tuple[str, str]]:
        return wrong_settings(settings)

    def handshake(self, request: RawRequest, channel: ChannelConfig) -> RawResponse | None:
        return None

    def verify(self, request: RawRequest, channel: ChannelConfig) -> None:
        receive.verify(request, channel)

    def split(self, request: RawRequest, channel: ChannelConfig) -> list[RawItem]:
        return receive.split(request.body)

    def parse(self, item: RawItem, channel: ChannelConfig) -> list[InboundEvent]:
        return receive.parse(item.body)

    def external_id(self, message_id: UUID, channel: ChannelConfig, created_at: datetime) -> str | None:
        return None

    async def send(self, message: OutboundMessage, channel: ChannelConfig, context: SendContext) -> SendResult:
        return await send(message, channel, context)

    async def react(self, reaction: OutboundReaction, channel: ChannelConfig) -> None:
        await react(reaction, channel)

    async def check(self, channel: ChannelConfig) -> CheckResult:
        return await try_callback(channel)

    def listener(self, channel: ChannelConfig, intake: Intake) -> Callable[[], Awaitable[None]] | None:
        return None


CONNECTOR = ApiConnector()

"""The connector `webchat`: a widget on the company's own website (README.md says exactly how)."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from harken.connectors.webchat import receive
from harken.connectors.webchat.manifest import MANIFEST, abilities, wrong_settings
from harken.port.capabilities import Capabilities
from harken.port.connector import Intake, Manifest, SendContext
from harken.port.errors import BadSignature, Malformed
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


class WebchatConnector:
    """It has no webhook: what visitors write comes through its own routes (routes.py), which make items of it."""

    repeatable_send = True  # sending is being shown: twice is once

    @property
    def manifest(self) -> Manifest:
        return MANIFEST

    def capabilities(self, settings: Mapping[str, Any]) -> Capabilities:
        return abilities()

    def validate(self, settings: Mapping[str, Any]) -> list[tuple[str, str]]:
        return wrong_settings(settings)

    def handshake(self, request: RawRequest, channel: ChannelConfig) -> RawResponse | None:
        return None

    def verify(self, request: RawRequest, channel: ChannelConfig) -> None:
        raise BadSignature("the web chat takes nothing here")

    def split(self, request: RawRequest, channel: ChannelConfig) -> list[RawItem]:
        raise Malformed("the web chat takes nothing here")

    def parse(self, item: RawItem, channel: ChannelConfig) -> list[InboundEvent]:
        return receive.parse(item.body)

    def external_id(self, message_id: UUID, channel: ChannelConfig, created_at: datetime) -> str | None:
        return None

    async def send(self, message: OutboundMessage, channel: ChannelConfig, context: SendContext) -> SendResult:
        """Nothing leaves: from `sent` on the visitor may see it (port/host.py), and their page says the rest."""
        return SendResult(state="sent")

    async def react(self, reaction: OutboundReaction, channel: ChannelConfig) -> None:
        """Nothing leaves: it stands on the message that the visitor sees."""

    async def check(self, channel: ChannelConfig) -> CheckResult:
        origins: list[str] = channel.settings.get("allowed_origins") or []
        if not channel.settings.get("identity_secret"):
            return CheckResult(False, "There is no identity secret. Save a new one in the channel's settings.")
        if not origins:
            return CheckResult(False, "No website is allowed yet: add the one where the chat shall be.")
        return CheckResult(True, f"Ready on {', '.join(origins)}.")

    def listener(self, channel: ChannelConfig, intake: Intake) -> Callable[[], Awaitable[None]] | None:
        return None


CONNECTOR = WebchatConnector()

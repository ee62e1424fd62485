"""The connector for e-mail: a mailbox that is read by IMAP and answered by SMTP. See README.md."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from harken.connectors.email import check, imap, inbound, send
from harken.connectors.email.account import account_of
from harken.connectors.email.compose import message_id as mail_id
from harken.connectors.email.manifest import CAPABILITIES, MANIFEST, settings_errors
from harken.port.capabilities import Capabilities
from harken.port.connector import Connector, Intake, Manifest, SendContext
from harken.port.errors import BadSignature, Malformed
from harken.port.messages import (
    ChannelConfig,
    CheckResult,
    InboundEvent,
    OutboundMessage,
    RawItem,
    RawRequest,
    RawResponse,
    SendResult,
)


class EmailConnector:
    """No webhook leads here: mails come from the listener."""

    @property
    def manifest(self) -> Manifest:
        return MANIFEST

    def capabilities(self, settings: Mapping[str, Any]) -> Capabilities:
        return CAPABILITIES

    def validate(self, settings: Mapping[str, Any]) -> list[tuple[str, str]]:
        return settings_errors(settings)

    def handshake(self, request: RawRequest, channel: ChannelConfig) -> RawResponse | None:
        return None

    def verify(self, request: RawRequest, channel: ChannelConfig) -> None:
        raise BadSignature("mails come by IMAP, not by webhook")

    def split(self, request: RawRequest, channel: ChannelConfig) -> list[RawItem]:
        raise Malformed("mails come by IMAP, not by webhook")

    def parse(self, item: RawItem, channel: ChannelConfig) -> list[InboundEvent]:
        return [inbound.event_of(item, channel)]

    def external_id(self, message_id: UUID, channel: ChannelConfig, created_at: datetime) -> str | None:
        return mail_id(message_id, account_of(channel.settings))

    async def send(self, message: OutboundMessage, channel: ChannelConfig, context: SendContext) -> SendResult:
        return await send.send(message, channel, context)

    async def check(self, channel: ChannelConfig) -> CheckResult:
        return await check.check(channel)

    def listener(self, channel: ChannelConfig, intake: Intake) -> Callable[[], Awaitable[None]] | None:
        return imap.listener(channel, intake)


CONNECTOR: Connector = EmailConnector()

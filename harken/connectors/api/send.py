"""What agents answer, POSTed to the channel's callback URL, signed after Standard Webhooks 1.0."""

import base64
import time
from datetime import datetime
from uuid import UUID

import httpx
import msgspec

from harken.connectors.api.manifest import MAX_FILE_BYTES
from harken.kit.crypto import standard_webhook_signature
from harken.kit.formatting import html_of, plain_of
from harken.kit.http import client
from harken.kit.ids import new_id
from harken.kit.text import one_line
from harken.port.buttons import Button
from harken.port.connector import SendContext
from harken.port.errors import Misconfigured, RateLimited, Rejected, Transient
from harken.port.messages import ChannelConfig, CheckResult, OutboundMessage, OutboundReaction, SendResult

_MISCONFIGURED = frozenset({401, 403, 404, 405, 410})


class _To(msgspec.Struct):
    id: str
    name: str


class _Author(msgspec.Struct):
    kind: str
    name: str


class _Attachment(msgspec.Struct):
    id: UUID
    name: str
    type: str
    size: int
    base64: str


class _Callback(msgspec.Struct, tag_field="type", tag="message"):
    message_id: UUID
    conversation_id: UUID
    to: _To
    thread: str
    text: str
    format: str
    html: str | None
    attachments: list[_Attachment]
    author: _Author
    sent_at: datetime
    reply_to: str | None
    buttons: list[Button]


class _Reaction(msgspec.Struct, tag_field="type", tag="reaction"):
    message_id: UUID
    external_id: str | None
    conversation_id: UUID
    to: _To
    thread: str
    emoji: str
    author: _Author


async def send(message: OutboundMessage, channel: ChannelConfig, context: SendContext) -> SendResult:
    callback = _Callback(
        message_id=message.message_id,
        conversation_id=message.conversation_id,
        to=_To(message.address, message.contact_name),
        thread=message.thread_key,
        text=plain_of(message.text) if message.formatted else message.text,
        format="markdown" if message.formatted else "plain",
        html=html_of(message.text, formatted=True) if message.formatted else None,
        attachments=await _attachments(message, context),
        author=_Author(message.author_kind, message.author_name),
        sent_at=message.created_at,
        reply_to=message.reply_to,
        buttons=list(message.buttons),
    )
    await _post(channel, str(message.message_id), msgspec.json.encode(callback))
    return SendResult()


async def react(reaction: OutboundReaction, channel: ChannelConfig) -> None:
    """An empty `emoji` takes it back."""
    callback = _Reaction(
        message_id=reaction.message_id,
        external_id=reaction.external_id,
        conversation_id=reaction.conversation_id,
        to=_To(reaction.address, ""),
        thread=reaction.thread_key,
        emoji=reaction.emoji,
        author=_Author("agent", reaction.author_name),
    )
    await _post(channel, f"reaction_{new_id()}", msgspec.json.encode(callback))


async def try_callback(channel: ChannelConfig) -> CheckResult:
    """Posts `{"type": "test"}`, signed; any 2xx is fine."""
    if not channel.settings.get("callback_url"):
        return CheckResult(False, "The callback URL is empty: messages come in, but answers cannot leave.")
    try:
        await _post(channel, f"test_{new_id()}", b'{"type":"test"}')
    except (Transient, Rejected, Misconfigured) as error:
        return CheckResult(False, str(error))
    return CheckResult(True, "The callback URL took a signed test.")


async def _attachments(message: OutboundMessage, context: SendContext) -> list[_Attachment]:
    attachments: list[_Attachment] = []
    for file in message.files:
        if file.size > MAX_FILE_BYTES:
            raise Rejected(f"{file.name} is bigger than the 5 MB that this channel takes")
        content = base64.b64encode(await context.read(file)).decode()
        attachments.append(_Attachment(file.id, file.name, file.type, file.size, content))
    return attachments


async def _post(channel: ChannelConfig, webhook_id: str, body: bytes) -> None:
    """A failure after the request was written is Transient too: `webhook-id` lets the receiver drop a repetition."""
    url = channel.settings.get("callback_url") or ""
    if not url:
        raise Misconfigured("The channel has no callback URL. An admin can set it in Settings, Channels.")
    try:
        response = await client().post(url, content=body, headers=_headers(channel, webhook_id, body), timeout=15)
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise Misconfigured(f"The callback URL is not one: {error}") from error
    except httpx.TimeoutException as error:
        raise Transient("The callback URL did not answer in time.") from error
    except httpx.HTTPError as error:
        raise Transient(f"The callback URL cannot be reached ({type(error).__name__}).") from error
    _judge(response)


def _headers(channel: ChannelConfig, webhook_id: str, body: bytes) -> dict[str, str]:
    now = int(time.time())
    try:
        signature = standard_webhook_signature(channel.settings.get("secret") or "", webhook_id, now, body)
    except ValueError as error:
        raise Misconfigured("The channel's secret is not base64 after whsec_.") from error
    return {
        "content-type": "application/json",
        "webhook-id": webhook_id,
        "webhook-timestamp": str(now),
        "webhook-signature": signature,
    }


def _judge(response: httpx.Response) -> None:
    status = response.status_code
    if 200 <= status < 300:
        return
    said = f"The callback URL answered {status}"
    if status == 429:
        raise RateLimited(f"{said} (too many requests).", retry_after=_retry_after(response))
    if status >= 500 or status in (408, 425):
        raise Transient(f"{said}.", retry_after=_retry_after(response))
    if status in _MISCONFIGURED or status < 400:
        raise Misconfigured(f"{said}: check the address and what it expects.")
    raise Rejected(f"{said}: {one_line(response.text[:1000], 200)}")


def _retry_after(response: httpx.Response) -> float | None:
    value = response.headers.get("retry-after", "")
    return min(float(value), 3600.0) if value.isdigit() else None

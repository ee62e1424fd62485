"""The connector `api`: what it reads, and what it posts to a real HTTP server."""

import asyncio
import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from datetime import timedelta

import msgspec
import pytest

from harken.connectors.api import CONNECTOR
from harken.kit.http import close_client
from harken.kit.ids import new_id
from harken.port.errors import ConnectorError, Misconfigured, RateLimited, Rejected, Transient
from harken.port.messages import (
    Broken,
    ChannelConfig,
    InboundDelivery,
    InboundMessage,
    OutboundFile,
    OutboundMessage,
    RawItem,
    Unknown,
)
from tests.world import NOON


class Callback:
    """One's own service: remembers what it got and answers as told."""

    def __init__(self) -> None:
        self.url = ""
        self.head, self.body = "", b""
        self.status, self.extra = "200 OK", ""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.body = await reader.readexactly(int(self.header("content-length")))
        if self.status:
            writer.write(
                f"HTTP/1.1 {self.status}\r\n{self.extra}content-length: 3\r\nconnection: close\r\n\r\nno.".encode()
            )
        await writer.drain()
        writer.close()

    def header(self, name: str) -> str:
        lines = [line.partition(": ") for line in self.head.split("\r\n")]
        return next((value for key, _, value in lines if key.lower() == name), "")


@pytest.fixture
async def callback() -> AsyncIterator[Callback]:
    callback = Callback()
    listening = await asyncio.start_server(callback.answer, "127.0.0.1", 0)
    callback.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/callback"
    yield callback
    await close_client()
    listening.close()
    await listening.wait_closed()


class Files:
    async def read(self, file: OutboundFile) -> bytes:
        return b"content of " + file.name.encode()


def channel(url: str, secret: str = "s3cret") -> ChannelConfig:
    return ChannelConfig(new_id(), new_id(), "Shop", {"callback_url": url, "secret": secret}, "http://testserver")


def answer(*files: OutboundFile) -> OutboundMessage:
    return OutboundMessage(
        message_id=new_id(), conversation_id=new_id(), conversation_number=1, address="customer-17", contact_name="Bo",
        author_kind="agent", author_name="Ada", text="On its way", thread_key="order-99", external_id=None, subject=None,
        files=files, reply_headers={}, references=(), created_at=NOON, attempt=1,
    )  # fmt: skip


@pytest.mark.parametrize("secret", ["s3cret", "whsec_" + base64.b64encode(b"raw key").decode()])
async def test_an_answer_is_posted_signed_with_its_files_inside(callback: Callback, secret: str) -> None:
    file = OutboundFile(new_id(), "a.pdf", "application/pdf", 16, "k")
    message = answer(file)
    result = await CONNECTOR.send(message, channel(callback.url, secret), Files())
    assert result.state == "sent"
    posted = msgspec.json.decode(callback.body)
    assert posted["type"] == "message" and posted["message_id"] == str(message.message_id)
    assert posted["to"] == {"id": "customer-17", "name": "Bo"} and posted["thread"] == "order-99"
    assert base64.b64decode(posted["attachments"][0]["base64"]) == b"content of a.pdf"
    key = b"raw key" if secret.startswith("whsec_") else secret.encode()
    signed = f"{message.message_id}.{callback.header('webhook-timestamp')}.".encode() + callback.body
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert callback.header("webhook-signature") == expected
    assert callback.header("webhook-id") == str(message.message_id)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("500 Oops", Transient), ("503 Busy", Transient), ("408 Timeout", Transient), ("429 Slow", RateLimited),
        ("401 Who", Misconfigured), ("404 Where", Misconfigured), ("301 Moved", Misconfigured), ("422 No", Rejected),
        ("", Transient),
    ],
)  # fmt: skip
async def test_each_answer_of_the_callback_means_one_error(
    callback: Callback, status: str, error: type[ConnectorError]
) -> None:
    callback.status = status
    with pytest.raises(error) as raised:
        await CONNECTOR.send(answer(), channel(callback.url), Files())
    assert type(raised.value) is error


async def test_the_service_says_when_to_come_again(callback: Callback) -> None:
    callback.status, callback.extra = "429 Slow", "retry-after: 30\r\n"
    with pytest.raises(RateLimited) as raised:
        await CONNECTOR.send(answer(), channel(callback.url), Files())
    assert raised.value.retry_after == 30


async def test_a_callback_that_is_not_there_is_tried_again_and_an_empty_one_is_said() -> None:
    with pytest.raises(Transient):
        await CONNECTOR.send(answer(), channel("http://127.0.0.1:1/"), Files())
    with pytest.raises(Misconfigured, match="no callback URL"):
        await CONNECTOR.send(answer(), channel(""), Files())
    await close_client()


async def test_a_file_that_is_too_big_is_refused_before_anything_is_sent(callback: Callback) -> None:
    big = OutboundFile(new_id(), "film.mp4", "video/mp4", 6_000_000, "k")
    with pytest.raises(Rejected, match=r"film\.mp4"):
        await CONNECTOR.send(answer(big), channel(callback.url), Files())
    assert callback.body == b""


async def test_the_test_of_a_channel_says_what_is_wrong(callback: Callback) -> None:
    assert (await CONNECTOR.check(channel(callback.url))).ok
    callback.status = "401 Who"
    assert "401" in (await CONNECTOR.check(channel(callback.url))).text
    assert not (await CONNECTOR.check(channel(""))).ok


def parsed(body: object) -> object:
    [event] = CONNECTOR.parse(RawItem("k", msgspec.json.encode(body)), channel(""))
    return event


def test_a_message_is_read_with_its_time_in_utc() -> None:
    event = parsed({"id": 7, "from": {"id": "x"}, "text": "hi", "sent_at": "2026-11-20T13:00:00+01:00", "odd": []})
    assert isinstance(event, InboundMessage)
    assert (event.external_id, event.address, event.thread_key, event.sent_at) == ("7", "x", "", NOON)
    unthreaded = parsed({"id": 8, "from": {"id": "x"}, "thread": "", "text": "hi"})
    assert isinstance(unthreaded, InboundMessage) and unthreaded.thread_key == ""
    assert event.sent_at is not None and event.sent_at.utcoffset() == timedelta(0)


def test_news_of_a_delivery_is_read_and_another_type_is_unknown() -> None:
    ours = new_id()
    event = parsed({"id": "n", "type": "delivery", "message_id": str(ours), "state": "failed", "error": "gone"})
    assert event == InboundDelivery("failed", message_id=ours, error="gone")
    assert isinstance(parsed({"id": "n", "type": "typing"}), Unknown)


@pytest.mark.parametrize(
    "body",
    [
        {"from": {"id": "x"}, "text": "no id"},
        {"id": "", "from": {"id": "x"}, "text": "an id of nothing"},
        {"id": "\x00", "from": {"id": "x"}, "text": "an id of NUL"},
        {"id": "a", "from": {"id": ""}, "text": "hi"},
        {"id": "a", "from": {"id": "\x00"}, "text": "hi"},
        {"id": "a", "from": {"id": "x" * 501}, "text": "hi"},
        {"id": "a", "from": {"id": "x"}, "text": 7},
        {"id": "a", "from": {"id": "x"}, "text": " "},
        {"id": "a", "from": {"id": "x"}, "attachments": [{"base64": "%%%"}]},
        {"id": "a", "from": {"id": "x"}, "attachments": [{"name": "nothing"}]},
        {"id": "a", "from": {"id": "x"}, "text": "hi", "sent_at": "yesterday"},
        {"id": "a", "type": "delivery", "message_id": "not-an-id", "state": "read"},
        {"id": "a", "type": "delivery", "message_id": "0199aa00-0000-7000-8000-000000000001", "state": "eaten"},
    ],
)
def test_what_cannot_be_read_is_broken_with_a_reason(body: dict[str, object]) -> None:
    event = parsed(body)
    assert isinstance(event, Broken) and event.reason


def test_settings_are_checked() -> None:
    assert CONNECTOR.validate({"callback_url": "https://shop.example/x", "secret": "s"}) == []
    assert CONNECTOR.validate({"callback_url": "shop.example"}) == [("callback_url", "not_an_http_url")]
    assert CONNECTOR.validate({"secret": "whsec_!"}) == [("secret", "not_base64_after_whsec")]

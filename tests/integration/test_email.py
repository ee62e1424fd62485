"""Mail against real servers: Dovecot for IMAP, aiosmtpd for SMTP."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from harken.connectors.email import CONNECTOR
from harken.port.errors import ConnectorError, RecipientRefused, Rejected, Transient, Uncertain
from harken.port.messages import (
    ChannelConfig,
    InboundDelivery,
    InboundMessage,
    OutboundFile,
    OutboundMessage,
    RawItem,
)
from harken.simulators.mail import MailServer
from tests.integration.mail_peers import PASSWORD, Dovecot, Outbox, free_port, running_dovecot, running_smtp

CONVERSATION = UUID("0192aaaa-0000-7000-8000-000000000003")


class MemoryIntake:
    """Keeps items and cursor as the pipeline does: both or neither, an item once."""

    def __init__(self) -> None:
        self.items: list[RawItem] = []
        self.stored: Mapping[str, Any] | None = None
        self.healths: list[tuple[bool, str]] = []
        self.repeats = 0
        self.changed = asyncio.Event()

    async def cursor(self) -> Mapping[str, Any] | None:
        return self.stored

    async def accept(self, items: Sequence[RawItem], cursor: Mapping[str, Any]) -> None:
        known = {item.dedupe_key for item in self.items}
        self.repeats += sum(item.dedupe_key in known for item in items)
        self.items += [item for item in items if item.dedupe_key not in known]
        self.stored = cursor
        self.changed.set()

    async def health(self, ok: bool, text: str) -> None:
        self.healths.append((ok, text))
        self.changed.set()

    def keys(self) -> list[str]:
        return [item.dedupe_key for item in self.items]


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with running_dovecot() as server:
        yield server


@pytest.fixture
def smtp() -> Iterator[tuple[int, Outbox]]:
    with running_smtp() as server:
        yield server


@pytest.fixture
def channel(dovecot: Dovecot) -> ChannelConfig:
    """A channel with a mailbox of its own."""
    return channel_at(f"help{uuid4().hex[:8]}@shop.example", dovecot.imap_port, free_port())


def channel_at(address: str, imap_port: int, smtp_port: int, **changes: object) -> ChannelConfig:
    settings = {
        "address": address,
        "display_name": "Shop",
        "imap_host": "127.0.0.1",
        "imap_port": imap_port,
        "imap_security": "none",
        "imap_password": PASSWORD,
        "smtp_host": "127.0.0.1",
        "smtp_port": smtp_port,
        "smtp_security": "none",
        "reply_secret": "key",
    }
    return ChannelConfig(UUID(int=1), UUID(int=2), "Help", settings | changes, "http://localhost")


@contextlib.asynccontextmanager
async def listening(channel: ChannelConfig, intake: MemoryIntake) -> AsyncGenerator[None]:
    """The channel's listener at work, from its first cursor on."""
    listen = CONNECTOR.listener(channel, intake)
    assert listen is not None
    before = len(intake.healths)
    task = asyncio.ensure_future(listen())
    await until(intake, lambda: len(intake.healths) > before)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until(intake: MemoryIntake, reached: Any) -> None:
    async with asyncio.timeout(15):
        while not reached():
            await intake.changed.wait()
            intake.changed.clear()


def mail(number: int, *fields: str, sender: str = "bo@example.org") -> bytes:
    head = [f"From: Bo <{sender}>", f"Message-ID: <{number}@example.org>", f"Subject: Mail {number}", *fields]
    return "\r\n".join([*head, "", f"Hello {number}", ""]).encode()


async def deliver(dovecot: Dovecot, channel: ChannelConfig, *numbers: int) -> None:
    for number in numbers:
        await asyncio.to_thread(dovecot.deliver, mail(number), channel.settings["address"])


def ids(*numbers: int) -> list[str]:
    return [f"{number}@example.org" for number in numbers]


async def test_a_new_channel_starts_now_and_a_mail_is_pushed_within_moments(
    dovecot: Dovecot, channel: ChannelConfig
) -> None:
    await deliver(dovecot, channel, 1)
    intake = MemoryIntake()
    async with listening(channel, intake):
        await asyncio.sleep(0.5)  # IDLE has begun
        await deliver(dovecot, channel, 2)
        async with asyncio.timeout(3):
            await until(intake, lambda: intake.items)
    assert intake.keys() == ids(2)
    assert intake.healths == [(True, "")]
    flags = await asyncio.to_thread(dovecot.flags, channel.settings["address"])
    assert all(b"Seen" not in line for line in flags)


async def test_a_restart_resumes_at_the_cursor_without_loss_or_repeat(dovecot: Dovecot, channel: ChannelConfig) -> None:
    intake = MemoryIntake()
    async with listening(channel, intake):
        await deliver(dovecot, channel, 1, 2)
        await until(intake, lambda: len(intake.items) == 2)
    await deliver(dovecot, channel, *range(3, 30))
    async with listening(channel, intake):
        await until(intake, lambda: len(intake.items) == 29)
    assert intake.keys() == ids(*range(1, 30))
    assert intake.repeats == 0


async def test_a_lost_connection_is_named_and_taken_up_again(dovecot: Dovecot, channel: ChannelConfig) -> None:
    intake = MemoryIntake()
    async with listening(channel, intake):
        await asyncio.to_thread(dovecot.stop)
        await until(intake, lambda: not intake.healths[-1][0])
        assert "cannot be read" in intake.healths[-1][1]
        await asyncio.to_thread(dovecot.start)
        await deliver(dovecot, channel, 1)
        await until(intake, lambda: intake.items and intake.healths[-1][0])
    assert intake.keys() == ids(1)


async def test_a_renumbered_mailbox_is_read_on_without_loss_and_without_what_was_there_before(
    dovecot: Dovecot, channel: ChannelConfig
) -> None:
    await deliver(dovecot, channel, *range(1, 4))
    intake = MemoryIntake()
    async with listening(channel, intake):
        await deliver(dovecot, channel, 4, 5)
        await until(intake, lambda: len(intake.items) == 2)
    before = dict(intake.stored or {})
    await deliver(dovecot, channel, 6)
    await asyncio.to_thread(dovecot.renumber, channel.settings["address"])
    async with listening(channel, intake):
        await until(intake, lambda: len(intake.items) == 3)
    assert intake.stored is not None
    assert intake.stored["uidvalidity"] != before["uidvalidity"]
    assert intake.keys() == ids(4, 5, 6)


async def test_a_wrong_password_is_named(dovecot: Dovecot, smtp: tuple[int, Outbox]) -> None:
    wrong = channel_at("help@shop.example", dovecot.imap_port, smtp[0], imap_password="wrong")
    intake = MemoryIntake()
    async with listening(wrong, intake):
        assert "refused user or password" in intake.healths[0][1]
    result = await CONNECTOR.check(wrong)
    assert (result.ok, "user or password are refused" in result.text) == (False, True)


async def test_check_says_yes_or_what_is_wrong(dovecot: Dovecot, smtp: tuple[int, Outbox]) -> None:
    good = channel_at("help@shop.example", dovecot.imap_port, smtp[0])
    assert (await CONNECTOR.check(good)).ok
    nobody = channel_at("help@shop.example", free_port(), free_port())
    result = await CONNECTOR.check(nobody)
    assert not result.ok
    assert "IMAP:" in result.text
    assert "SMTP:" in result.text


async def test_an_answer_arrives_threaded_with_its_attachment(smtp: tuple[int, Outbox]) -> None:
    port, outbox = smtp
    channel = channel_at("help@shop.example", 1, port)
    result = await CONNECTOR.send(answer(files=(PDF,)), channel, Files())
    [sent] = outbox.mails
    assert result.provider_id == CONNECTOR.external_id(UUID(int=9), channel, answer().created_at)
    assert sent["message-id"] == f"<{result.provider_id}>"
    assert (sent["in-reply-to"], sent["references"]) == ("<1@example.org>", "<0@example.org> <1@example.org>")
    [attachment] = sent.iter_attachments()
    assert (attachment.get_filename(), attachment.get_content()) == ("Offer.pdf", b"%PDF-1")

    [event] = CONNECTOR.parse(item(sent, channel), channel)
    assert isinstance(event, InboundMessage)
    assert event.conversation_hint == CONVERSATION
    assert result.provider_id in event.replies_to


@pytest.mark.parametrize(
    ("at", "said", "error"),
    [
        ("bo@example.org", "550 5.1.1 nobody of that name", RecipientRefused),
        ("bo@example.org", "451 4.7.1 greylisted", Transient),
        ("DATA", "554 5.7.1 spam", Rejected),
        ("DATA", "452 4.3.1 full", Transient),
        ("DATA", "hang up", Uncertain),
    ],
)
async def test_every_refusal_is_told_as_what_it_is(
    smtp: tuple[int, Outbox], at: str, said: str, error: type[ConnectorError]
) -> None:
    port, outbox = smtp
    outbox.answers[at] = said
    with pytest.raises(error):
        await CONNECTOR.send(answer(), channel_at("help@shop.example", 1, port), Files())
    if error is Transient:
        outbox.answers.clear()
        await CONNECTOR.send(answer(), channel_at("help@shop.example", 1, port), Files())


async def test_a_server_that_is_away_is_tried_again_later() -> None:
    with pytest.raises(Transient):
        await CONNECTOR.send(answer(), channel_at("help@shop.example", 1, free_port()), Files())


async def test_the_simulated_server_speaks_as_a_real_one_does() -> None:
    server = MailServer()
    await server.start()
    channel = channel_at("help@shop.example", server.imap_port, server.smtp_port, smtp_password="any")
    intake = MemoryIntake()
    assert (await CONNECTOR.check(channel)).ok
    async with listening(channel, intake):
        await server.deliver("help@shop.example", mail(1))
        await until(intake, lambda: intake.items)
        await CONNECTOR.send(answer(), channel, Files())
        [sent] = server.sent_to("bo@example.org")
        back = mail(2, f"To: {sent['reply-to']}", f"In-Reply-To: {sent['message-id']}")
        await server.deliver("help@shop.example", back)
        await until(intake, lambda: len(intake.items) == 2)
        await server.mailbox("help@shop.example").append(bounce_of(str(sent["message-id"])))
        await until(intake, lambda: len(intake.items) == 3)
    await server.stop()
    events = [CONNECTOR.parse(i, channel)[0] for i in intake.items]
    assert isinstance(events[1], InboundMessage)
    assert events[1].conversation_hint == CONVERSATION
    assert isinstance(events[2], InboundDelivery)
    assert (events[2].state, events[2].message_id) == ("failed", UUID(int=9))


def bounce_of(message_id: str) -> bytes:
    return (
        "From: MAILER-DAEMON@mx.example\r\nMessage-ID: <b@mx.example>\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n--x\r\n\r\nSorry\r\n"
        "--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        "Final-Recipient: rfc822; bo@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--x\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id}\r\n\r\n--x--\r\n"
    ).encode()


PDF = OutboundFile(UUID(int=8), "Offer.pdf", "application/pdf", 6, "key")


class Files:
    async def read(self, file: OutboundFile) -> bytes:
        return b"%PDF-1"


def answer(**changes: object) -> OutboundMessage:
    message = OutboundMessage(
        message_id=UUID(int=9),
        conversation_id=CONVERSATION,
        conversation_number=7,
        address="bo@example.org",
        contact_name="Bo",
        author_kind="agent",
        author_name="Ada",
        text="Yes",
        thread_key="0@example.org",
        external_id=f"{UUID(int=9)}@shop.example",
        subject="Mail 1",
        files=(),
        reply_headers={"message_id": "1@example.org", "references": ["0@example.org"], "from": "bo@example.org"},
        references=("1@example.org",),
        created_at=datetime(2026, 11, 22, 12, tzinfo=UTC),
        attempt=1,
    )
    return msgspec.structs.replace(message, **changes)


def item(sent: Any, channel: ChannelConfig) -> RawItem:
    """The customer's answer to a mail of ours, as their program makes it."""
    fields = (f"To: {sent['reply-to']}", f"References: {sent['references']} {sent['message-id']}")
    return RawItem("3@example.org", mail(3, *fields))

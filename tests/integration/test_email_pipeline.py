"""Mail through the whole program: Dovecot, listener, ingest, an agent's reply, SMTP, and back (R1, R2)."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import pytest

from harken.connectors.email import CONNECTOR
from harken.conversations.actions.outlet import Outlet
from harken.conversations.actions.reply import Reply, reply
from harken.entry.services import Services
from harken.events.log import writing
from harken.pipeline.deliver import Deliverer
from harken.pipeline.ingest import Batcher
from harken.pipeline.listeners import ChannelIntake
from harken.port.messages import ChannelConfig
from tests.integration.mail_peers import PASSWORD, Dovecot, Outbox, running_dovecot, running_smtp
from tests.world import NOON, World, add_channel, caller_of

ADDRESS = "help@shop.example"


class Shop:
    """A workspace with one mail channel, its worker and its agent Ada."""

    def __init__(
        self, services: Services, world: World, channel: ChannelConfig, dovecot: Dovecot, outbox: Outbox
    ) -> None:
        self.services, self.world, self.channel = services, world, channel
        self._dovecot, self._outbox = dovecot, outbox
        self.batcher = Batcher(services.db, services.blobs, services.clock, services.connectors)

    async def get(self, channel_id: UUID) -> tuple[str, ChannelConfig] | None:
        """The directory of channels, as the deliverer asks for it."""
        return ("email", self.channel) if channel_id == self.channel.id else None

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        async with self.services.db.connection() as connection:
            return [tuple(row) for row in await connection.fetch(query)]

    async def receives(self, raw: bytes, query: str, expected: list[tuple[Any, ...]]) -> None:
        """A mail arrives at the mailbox; soon the query's rows are the expected ones."""
        await asyncio.to_thread(self._dovecot.deliver, raw, ADDRESS)
        rows: list[tuple[Any, ...]] = []
        for _ in range(100):
            rows = await self.rows(query)
            if rows == expected:
                return
            await asyncio.sleep(0.1)
        assert rows == expected

    async def answers(self, text: str, **given: Any) -> EmailMessage:
        """Ada answers the oldest conversation, and the time in which she can take it back passes; returns the mail that leaves."""
        [(conversation_id,)] = await self.rows("select id from conversation order by number limit 1")
        ada = await caller_of(self.world, self.world.ada)
        async with writing(self.services.db, self.world.workspace) as w:
            await reply(w, ada, conversation_id, Reply(text, text, **given), Outlet(CONNECTOR, self.channel), NOON)
        await self.rows("update delivery set run_at = now() where state = 'queued' returning message_id")
        deliverer = Deliverer(self.services, self)
        await deliverer.step()
        await deliverer.idle()
        return self._outbox.mails[-1]

    @contextlib.asynccontextmanager
    async def at_work(self) -> AsyncGenerator[None]:
        intake = ChannelIntake(self.services, self.batcher, "email", self.channel)
        listen = CONNECTOR.listener(self.channel, intake)
        assert listen is not None
        listening = asyncio.ensure_future(listen())
        try:
            while await intake.cursor() is None:  # noqa: ASYNC110 -- the database has no event to wait for
                await asyncio.sleep(0.05)
            yield
        finally:
            listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await listening
            await self.batcher.stop()


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with running_dovecot() as server:
        yield server


@pytest.fixture
async def shop(services: Services, world: World, dovecot: Dovecot) -> AsyncIterator[Shop]:
    with running_smtp() as (port, outbox):
        settings = {
            "address": ADDRESS,
            "display_name": "Shop",
            "imap_host": "127.0.0.1",
            "imap_port": dovecot.imap_port,
            "imap_security": "none",
            "smtp_host": "127.0.0.1",
            "smtp_port": port,
            "smtp_security": "none",
        }
        channel_id = await add_channel(services.db, world.workspace, "email", "Help", settings=settings)
        secrets = {"imap_password": PASSWORD, "reply_secret": "key"}
        channel = ChannelConfig(channel_id, world.workspace, "Help", settings | secrets, "http://testserver")
        shop = Shop(services, world, channel, dovecot, outbox)
        async with shop.at_work():
            yield shop


def mail(number: int, *fields: str, sender: str = "bo@example.org") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["Message-ID"], message["Subject"] = (
        f"Bo <{sender}>",
        f"<{number}@example.org>",
        "A question",
    )
    for field in fields:
        name, _, value = field.partition(": ")
        message[name] = value
    message.set_content(f"Mail {number}")
    return message


def back_to(sent: EmailMessage) -> tuple[str, ...]:
    return f"To: {sent['reply-to']}", f"In-Reply-To: {sent['message-id']}", "References: <1@example.org>"


MESSAGES = (
    "select c.number, m.direction, m.text, jsonb_array_length(m.attachments) from message m"
    " join conversation c on c.id = m.conversation_id where m.kind = 'message' order by c.number, m.seq"
)


async def test_a_mail_is_answered_and_the_answer_to_that_comes_back_into_the_same_conversation(shop: Shop) -> None:
    first = (1, "in", "Mail 1", 0)
    await shop.receives(mail(1).as_bytes(), MESSAGES, [first])
    sent = await shop.answers("Yes")
    assert (sent["to"], sent["subject"], sent["in-reply-to"]) == (
        "Bo <bo@example.org>",
        "Re: A question",
        "<1@example.org>",
    )

    again = mail(2, *back_to(sent))
    again.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="Order.pdf")
    thread = [first, (1, "out", "Yes", 0), (1, "in", "Mail 2", 1)]
    await shop.receives(again.as_bytes(), MESSAGES, thread)
    await shop.receives(again.as_bytes(), MESSAGES, thread)

    stranger = mail(3, *back_to(sent), sender="eve@example.org")
    await shop.receives(stranger.as_bytes(), MESSAGES, [*thread, (2, "in", "Mail 3", 0)])


async def test_a_bounce_marks_the_answer_that_came_back_as_failed(shop: Shop) -> None:
    await shop.receives(mail(11).as_bytes(), MESSAGES, [(1, "in", "Mail 11", 0)])
    sent = await shop.answers("Yes")
    deliveries = "select state, error_text from delivery"
    assert await shop.rows(deliveries) == [("sent", None)]
    bounce = (
        "From: MAILER-DAEMON@mx.example\r\nMessage-ID: <b11@mx.example>\r\nAuto-Submitted: auto-replied\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n--x\r\n\r\nSorry\r\n--x\r\n"
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\nAction: failed\r\n"
        "Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 no such user\r\n\r\n--x\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: {sent['message-id']}\r\n\r\n--x--\r\n"
    )
    await shop.receives(bounce.encode(), deliveries, [("failed", "The mail came back: 550 no such user")])
    assert len(await shop.rows(MESSAGES)) == 2

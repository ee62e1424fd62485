"""The outbox, on a real PostgreSQL: order, leases, retries, news (R1)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest

from harken.conversations.actions.delivery import News, queue_delivery, retry, take_news
from harken.events.log import writing
from harken.kit.blobs import Blobs
from harken.kit.clock import ManualClock
from harken.kit.crypto import Sealer
from harken.kit.db import Database, in_transaction
from harken.kit.errors import Conflict
from harken.kit.ids import new_id
from harken.kit.settings import Settings
from harken.pipeline.deliver import Deliverer
from harken.port.capabilities import Capabilities
from harken.port.connector import Manifest
from harken.port.errors import Misconfigured, Rejected, Transient, Uncertain
from harken.port.messages import ChannelConfig, OutboundMessage, SendResult
from harken.port.services import Services
from tests.world import NOON, World, add_channel, add_conversation, caller_of

Send = Callable[[OutboundMessage], Any]


class Service:
    """A messaging service of which the test decides what it answers."""

    def __init__(self, kind: str = "api", *, repeatable: bool = False) -> None:
        self.manifest = Manifest(kind, kind, "", ())
        self.repeatable_send = repeatable
        self.sent: list[str] = []
        self.answer: Send = lambda message: SendResult(provider_id=f"p-{message.text}")
        self.open = asyncio.Event()
        self.open.set()

    async def send(self, message: OutboundMessage, channel: ChannelConfig, context: object) -> SendResult:
        assert not in_transaction.get()
        self.sent.append(message.text)
        await self.open.wait()
        result = self.answer(message)
        if isinstance(result, Exception):
            raise result
        return result

    def external_id(self, message_id: UUID, channel: ChannelConfig, created_at: datetime) -> str | None:
        return f"<{message_id}@harken>"

    def capabilities(self, settings: object) -> Capabilities:
        return Capabilities(1000, [], 0, captions=True)


class Directory:
    def __init__(self, world: World) -> None:
        self._world = world
        self.kinds: dict[UUID, str] = {world.api_channel: "api"}

    async def get(self, channel_id: UUID) -> tuple[str, ChannelConfig] | None:
        kind = self.kinds.get(channel_id)
        return (kind, ChannelConfig(channel_id, self._world.workspace, "Shop", {}, "")) if kind else None


class Outbox:
    def __init__(self, world: World, services: Services, service: Service) -> None:
        self.world, self.services, self.service, self.db = world, services, service, services.db
        self.directory = Directory(world)
        self.deliverer = Deliverer(services, self.directory, send_seconds=2)

    async def write(self, conversation: UUID, text: str, *, bot_epoch: int | None = None) -> UUID:
        """An outbound message with its delivery, as a reply writes it."""
        message = new_id()
        async with writing(self.db, self.world.workspace) as w:
            row = await w.tx.fetchrow(
                "update conversation set message_count = message_count + 1 where id = $1 returning message_count, channel_id",
                conversation,
            )
            assert row is not None
            await w.tx.execute(
                "insert into message (id, workspace_id, conversation_id, channel_id, seq, kind, direction, author_kind,"
                " author_id, author_name, text, revision, created_at)"
                " values ($1, $2, $3, $4, $5, 'message', 'out', 'agent', $6, 'Ben', $7, $8, $9)",
                message, self.world.workspace, conversation, row["channel_id"], row["message_count"], self.world.ben, text,
                w.revision, NOON,
            )  # fmt: skip
            await queue_delivery(
                w, conversation_id=conversation, channel_id=row["channel_id"], message_id=message,
                seq=row["message_count"], bot_epoch=bot_epoch,
            )  # fmt: skip
        return message

    async def deliver(self) -> None:
        """Until nothing is due."""
        while await self.deliverer.step():
            await self.deliverer.idle()

    async def row(self, message: UUID) -> asyncpg.Record:
        async with self.db.connection() as connection:
            row = await connection.fetchrow("select * from delivery where message_id = $1", message)
        assert row is not None
        return row

    async def state(self, message: UUID) -> str:
        return (await self.row(message))["state"]

    async def run(self, statement: str, *values: object) -> None:
        async with self.db.connection() as connection:
            await connection.execute(statement, *values)

    async def news(self, **news: Any) -> list[bool]:
        async with writing(self.db, self.world.workspace) as w:
            return await take_news(w, [News(self.world.api_channel, **news)], NOON)

    async def said(self, message: UUID) -> list[str]:
        """The states that events have told of a message."""
        async with self.db.connection() as connection:
            rows = await connection.fetch("select seq, payload from event where type = 'delivery_changed' order by seq")
        told = [(row["seq"], msgspec.json.decode(row["payload"])["message"]) for row in rows]
        assert all(seq == message["revision"] for seq, message in told)
        return [shown["delivery"]["state"] for _, shown in told if shown["id"] == str(message)]


@pytest.fixture
async def outbox(database: Database, world: World, tmp_path: Path) -> AsyncIterator[Outbox]:
    service = Service()
    services = Services(
        Settings(data=tmp_path), database, Blobs.local(tmp_path / "blobs"), ManualClock(NOON),
        Sealer.from_file(tmp_path / "key"), {"api": service},  # pyright: ignore[reportArgumentType]
    )  # fmt: skip
    outbox = Outbox(world, services, service)
    yield outbox
    service.open.set()
    await outbox.deliverer.idle()


async def test_a_reply_is_sent_once_and_every_state_is_told(outbox: Outbox) -> None:
    message = await outbox.write(await add_conversation(outbox.world), "hello")
    await outbox.deliver()
    await outbox.deliver()
    assert outbox.service.sent == ["hello"]
    assert await outbox.said(message) == ["sending", "sent"]
    row = await outbox.row(message)
    assert (row["attempt"], row["lease_until"], row["provider_id"]) == (1, None, "p-hello")


async def test_deliveries_of_a_conversation_keep_their_order_while_conversations_go_beside_each_other(
    outbox: Outbox,
) -> None:
    one, two = await add_conversation(outbox.world), await add_conversation(outbox.world, thread_key="b")
    for n in range(5):
        await outbox.write(one, f"one {n}")
        await outbox.write(two, f"two {n}")
    await outbox.deliver()
    assert [text for text in outbox.service.sent if text.startswith("one")] == [f"one {n}" for n in range(5)]
    assert [text for text in outbox.service.sent if text.startswith("two")] == [f"two {n}" for n in range(5)]
    assert {text[:3] for text in outbox.service.sent[:2]} == {"one", "two"}


async def test_a_slow_service_delays_nobody_else(outbox: Outbox) -> None:
    slow, slow_channel = Service("slow"), await add_channel(outbox.db, outbox.world.workspace, "slow", "Slow")
    slow.open.clear()
    outbox.services.connectors["slow"] = slow  # pyright: ignore[reportIndexIssue]
    outbox.directory.kinds[slow_channel] = "slow"
    for n in range(20):
        await outbox.write(await add_conversation(outbox.world, channel=slow_channel, thread_key=str(n)), f"slow {n}")
    quick = await outbox.write(await add_conversation(outbox.world), "quick")
    for _ in range(10):
        await outbox.deliverer.step()
        await asyncio.sleep(0.05)
    assert await outbox.state(quick) == "sent"
    assert len(slow.sent) == 8
    slow.open.set()
    await outbox.deliverer.idle()
    await outbox.deliver()
    assert len(slow.sent) == 20


@pytest.mark.parametrize(
    ("error", "state", "kind"),
    [
        (Transient("busy"), "queued", "transient"),
        (Uncertain("no answer"), "uncertain", "uncertain"),
        (Rejected("no such number"), "failed", "rejected"),
        (Misconfigured("wrong password"), "failed", "misconfigured"),
        (RuntimeError("a mistake"), "uncertain", "uncertain"),
    ],
)
async def test_each_error_of_a_connector_ends_where_the_port_says(
    outbox: Outbox, error: Exception, state: str, kind: str
) -> None:
    outbox.service.answer = lambda _: error
    conversation = await add_conversation(outbox.world)
    first, second = await outbox.write(conversation, "one"), await outbox.write(conversation, "two")
    await outbox.deliverer.step()
    await outbox.deliverer.idle()
    row = await outbox.row(first)
    assert (row["state"], row["error_kind"]) == (state, kind)
    outbox.service.answer = lambda _: SendResult()
    await outbox.deliver()
    assert await outbox.state(second) == ("queued" if state == "queued" else "sent")


async def test_a_misconfigured_channel_shows_it_and_a_success_heals_it(outbox: Outbox) -> None:
    outbox.service.answer = lambda _: Misconfigured("wrong password")
    conversation = await add_conversation(outbox.world)
    await outbox.write(conversation, "one")
    await outbox.deliver()
    async with outbox.db.connection() as c:
        assert tuple((await c.fetch("select health_state, health_text from channel"))[0]) == (
            "failing",
            "wrong password",
        )
    outbox.service.answer = lambda _: SendResult()
    await outbox.write(conversation, "two")
    await outbox.deliver()
    async with outbox.db.connection() as c:
        assert await c.fetchval("select health_state from channel") == "ok"


async def test_transient_failures_end_after_eight_attempts(outbox: Outbox) -> None:
    outbox.service.answer = lambda _: Transient("busy")
    message = await outbox.write(await add_conversation(outbox.world), "one")
    for _ in range(10):
        await outbox.deliver()
        await outbox.run("update delivery set run_at = now()")
    assert len(outbox.service.sent) == 8
    assert await outbox.state(message) == "failed"


@pytest.mark.parametrize(("error", "state"), [(Rejected("no"), "failed"), (Uncertain("no answer"), "uncertain")])
async def test_a_retry_of_a_failed_or_uncertain_message_sends_it_again_and_a_sent_one_is_refused(
    outbox: Outbox, error: Exception, state: str
) -> None:
    outbox.service.answer = lambda _: error
    conversation = await add_conversation(outbox.world)
    message = await outbox.write(conversation, "one")
    await outbox.deliver()
    outbox.service.answer = lambda _: SendResult()
    ben = await caller_of(outbox.world, outbox.world.ben)
    async with writing(outbox.db, outbox.world.workspace) as w:
        again = await retry(w, ben, conversation, message, NOON)
    assert again.delivery is not None and again.delivery.state == "queued" and again.delivery.error is None
    await outbox.deliver()
    assert await outbox.said(message) == ["sending", state, "queued", "sending", "sent"]
    with pytest.raises(Conflict):
        async with writing(outbox.db, outbox.world.workspace) as w:
            await retry(w, ben, conversation, message, NOON)


@pytest.mark.parametrize(("repeatable", "state"), [(False, "uncertain"), (True, "queued")])
async def test_a_worker_killed_between_claim_and_record_leaves_nothing_in_sending(
    outbox: Outbox, repeatable: bool, state: str
) -> None:
    outbox.service.repeatable_send = repeatable
    outbox.service.open.clear()
    message = await outbox.write(await add_conversation(outbox.world), "one")
    await outbox.deliverer.step()
    assert await outbox.state(message) == "sending"
    await outbox.run("update delivery set lease_until = now() - interval '1 second'")
    other = Deliverer(outbox.services, outbox.directory)
    await other.recover()
    assert await outbox.state(message) == state
    outbox.service.open.set()
    await outbox.deliverer.idle()  # the paused worker comes back with its answer
    assert await outbox.state(message) == "sent"


async def test_two_workers_send_each_message_once(outbox: Outbox) -> None:
    messages = [await outbox.write(await add_conversation(outbox.world, thread_key=str(n)), str(n)) for n in range(30)]
    other = Deliverer(outbox.services, outbox.directory)

    async def work(deliverer: Deliverer) -> None:
        while await deliverer.step():
            await deliverer.idle()

    await asyncio.gather(work(outbox.deliverer), work(other))
    await outbox.deliver()
    assert sorted(outbox.service.sent, key=int) == [str(n) for n in range(30)]
    assert {await outbox.state(message) for message in messages} == {"sent"}


async def test_a_bots_message_is_refused_when_the_conversation_has_moved_on(outbox: Outbox) -> None:
    conversation = await add_conversation(outbox.world)
    stale = await outbox.write(conversation, "stale", bot_epoch=0)
    await outbox.run("update conversation set epoch = 1")
    fresh = await outbox.write(conversation, "fresh", bot_epoch=1)
    await outbox.deliver()
    assert outbox.service.sent == ["fresh"]
    row = await outbox.row(stale)
    assert (row["state"], row["error_kind"], await outbox.state(fresh)) == ("failed", "lease_lost", "sent")


async def test_news_moves_a_delivery_forward_and_never_back(outbox: Outbox) -> None:
    message = await outbox.write(await add_conversation(outbox.world), "one")
    await outbox.deliver()
    for state in ("read", "delivered", "sent", "failed", "read"):
        await outbox.news(state=state, provider_id="p-one")
    assert await outbox.said(message) == ["sending", "sent", "read"]


async def test_news_that_is_faster_than_the_record_waits_for_it(outbox: Outbox) -> None:
    outbox.service.open.clear()
    message = await outbox.write(await add_conversation(outbox.world), "one")
    await outbox.deliverer.step()
    assert await outbox.news(state="delivered", provider_id="p-one") == [False]
    outbox.service.open.set()
    await outbox.deliverer.idle()
    assert await outbox.said(message) == ["sending", "delivered"]


async def test_news_of_a_message_on_another_channel_changes_nothing(outbox: Outbox) -> None:
    message = await outbox.write(await add_conversation(outbox.world), "one")
    await outbox.deliver()
    other = await add_channel(outbox.db, outbox.world.workspace, "api", "Other")
    async with writing(outbox.db, outbox.world.workspace) as w:
        assert await take_news(w, [News(other, "read", message_id=message)], NOON) == [False]
    assert await outbox.state(message) == "sent"
    assert await outbox.news(state="read", message_id=message) == [True]
    assert await outbox.state(message) == "read"


async def test_the_id_that_we_choose_is_kept_before_the_first_send(outbox: Outbox) -> None:
    seen: list[str | None] = []
    outbox.service.answer = lambda message: seen.append(message.external_id) or SendResult()
    message = await outbox.write(await add_conversation(outbox.world), "one")
    await outbox.deliver()
    async with outbox.db.connection() as c:
        kept = await c.fetchval("select external_id from message where id = $1", message)
    assert seen == [kept] == [f"<{message}@harken>"]

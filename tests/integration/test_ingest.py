"""The batched ingest, on a real PostgreSQL (R1, R2, R14)."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest

from harken.connectors.api import CONNECTOR
from harken.conversations.actions.receive import Incoming, receive
from harken.events.log import writing
from harken.kit.blobs import Blobs
from harken.kit.clock import ManualClock
from harken.kit.db import Database
from harken.kit.errors import Busy
from harken.pipeline.arrivals import prepare
from harken.pipeline.ingest import Batcher
from harken.pipeline.writing import Outcome
from harken.port.messages import ChannelConfig, InboundEvent, InboundFile, InboundMessage, RawItem
from tests.world import NOON, World, add_conversation


class Inbox:
    """A batcher of one process, and what came of it."""

    def __init__(self, db: Database, world: World, blobs: Blobs, clock: ManualClock) -> None:
        self.db, self.world, self.clock = db, world, clock
        self.batcher = Batcher(db, blobs, clock, {"api": CONNECTOR})
        self.channel = ChannelConfig(world.api_channel, world.workspace, "Shop", {"secret": "s"}, "http://testserver")

    async def post(self, *items: object) -> list[Outcome]:
        raw = CONNECTOR.split(_request(items), self.channel)
        return await self.batcher.submit(self.channel, "api", raw, {})

    async def rows(self, query: str, *values: object) -> list[asyncpg.Record]:
        async with self.db.connection() as connection:
            return await connection.fetch(query, *values)

    async def value(self, query: str, *values: object) -> Any:
        async with self.db.connection() as connection:
            return await connection.fetchval(query, *values)


def _request(items: Sequence[object]) -> Any:
    from harken.port.messages import RawRequest

    return RawRequest("POST", "/in/api/x", "", {}, msgspec.json.encode(list(items)))


def said(id: str, who: str = "bo@example.com", text: str = "Hello", **more: object) -> dict[str, object]:
    return {"id": id, "from": {"id": who, "name": who.partition("@")[0].title()}, "text": text, **more}


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs.local(tmp_path / "blobs")


@pytest.fixture
async def inbox(database: Database, world: World, blobs: Blobs) -> AsyncIterator[Inbox]:
    inbox = Inbox(database, world, blobs, ManualClock(NOON))
    yield inbox
    await inbox.batcher.stop()


@pytest.fixture
async def rival(database_dsn: str, world: World, blobs: Blobs) -> AsyncIterator[Inbox]:
    """Another process on the same database."""
    database = Database(database_dsn, size=4)
    await database.open()
    inbox = Inbox(database, world, blobs, ManualClock(NOON))
    yield inbox
    await inbox.batcher.stop()
    await database.close()


async def test_fifty_first_messages_of_each_of_200_contacts_are_200_conversations(inbox: Inbox, rival: Inbox) -> None:
    at_once = asyncio.Semaphore(3000)

    async def write(who: int, message: int) -> None:
        to = (inbox, rival)[message % 2]
        async with at_once:
            await to.post(said(f"{who}-{message}", f"customer-{who}@example.com"))

    await asyncio.gather(*(write(who, message) for message in range(50) for who in range(200)))
    assert await inbox.value("select count(*) from conversation") == 200
    assert await inbox.value("select count(*) from message") == 10_000
    per_contact = await inbox.rows(
        "select count(distinct conversation_id) as conversations, min(seq) as first, max(seq) as last, count(distinct seq)"
        " as seqs from message group by author_id"
    )
    assert {tuple(row) for row in per_contact} == {(1, 1, 50, 50)}
    events = await inbox.rows("select seq from event order by seq")
    assert [row["seq"] for row in events] == list(range(1, 10_001))


async def test_the_same_webhook_five_times_at_once_and_later_is_one_message(inbox: Inbox, rival: Inbox) -> None:
    outcomes = await asyncio.gather(*(to.post(said("m1")) for to in (inbox, rival, inbox, rival, inbox)))
    assert sorted(o.outcome for [o] in outcomes) == ["duplicate"] * 4 + ["ingested"]
    inbox.clock.advance(timedelta(days=1))
    assert [o.outcome for o in await inbox.post(said("m1"))] == ["duplicate"]
    assert await inbox.value("select count(*) from message") == 1


async def test_a_message_known_by_its_external_id_changes_nothing_even_without_its_receipt(inbox: Inbox) -> None:
    [first] = await inbox.post(said("m1"))
    await inbox.rows("delete from receipt")
    [again] = await inbox.post(said("m1"))
    assert again.received[0].known
    assert again.received[0].message_id == first.received[0].message_id
    assert await inbox.value("select count(*) from event") == 1


async def test_thirty_items_of_one_request_are_thirty_messages_in_order(inbox: Inbox) -> None:
    outcomes = await inbox.post(*(said(f"m{n}", text=f"line {n}") for n in range(30)))
    assert {o.outcome for o in outcomes} == {"ingested"}
    texts = await inbox.rows("select text from message order by seq")
    assert [row["text"] for row in texts] == [f"line {n}" for n in range(30)]


async def test_one_broken_item_among_thirty_is_parked_and_the_others_pass(inbox: Inbox) -> None:
    items: list[object] = [said(f"m{n}") for n in range(29)]
    items.insert(13, {"id": "bad", "from": "nobody", "text": 7})
    outcomes = await inbox.post(*items)
    assert [o.outcome for o in outcomes].count("ingested") == 29
    assert outcomes[13].outcome == "parked"
    assert await inbox.value("select count(*) from message") == 29
    [parked] = await inbox.rows("select dedupe_key, error, body from receipt where outcome = 'parked'")
    assert parked["dedupe_key"] == "bad" and "from" in parked["error"] and parked["body"]


async def test_an_item_that_the_database_refuses_is_parked_and_the_others_of_its_batch_pass(inbox: Inbox) -> None:
    await inbox.rows("alter table message add constraint no_poison check (text <> 'poison')")
    outcomes = await inbox.post(*(said(f"m{n}", text="poison" if n == 5 else "fine") for n in range(10)))
    assert [o.outcome for o in outcomes] == ["ingested"] * 5 + ["parked"] + ["ingested"] * 4
    assert await inbox.value("select count(*) from message") == 9
    assert await inbox.value("select max(seq) from message") == 9
    assert "no_poison" in await inbox.value("select error from receipt where outcome = 'parked'")


async def test_an_unreachable_database_parks_nothing_and_asks_to_come_again(inbox: Inbox) -> None:
    await inbox.db.close()
    with pytest.raises(Busy):
        await inbox.post(said("m1"))
    await inbox.db.open()
    assert [o.outcome for o in await inbox.post(said("m1"))] == ["ingested"]


async def test_a_full_batcher_says_when_to_come_again(inbox: Inbox, blobs: Blobs) -> None:
    inbox.batcher = Batcher(inbox.db, blobs, inbox.clock, {"api": CONNECTOR}, most_waiting=3)
    results = await asyncio.gather(*(inbox.post(said(f"m{n}")) for n in range(20)), return_exceptions=True)
    refused = [r for r in results if isinstance(r, Busy)]
    assert refused and all(r.retry_after > 0 for r in refused)
    assert await inbox.value("select count(*) from message") == 20 - len(refused)


async def test_nul_and_lone_surrogates_are_stored_without_them_and_text_is_capped(inbox: Inbox) -> None:
    items = [RawItem(f"k{n}", body) for n, body in enumerate([
        b'{"id": "a\\u0000", "from": {"id": "x\\u0000", "name": "N\\u0000"}, "text": "be\\u0000fore"}',
        msgspec.json.encode(said("b", text="x" * 200_000)),
    ])]  # fmt: skip
    outcomes = await inbox.batcher.submit(inbox.channel, "api", items, {"x-odd": "\x00\ud800"})
    assert [o.outcome for o in outcomes] == ["ingested", "ingested"]
    texts = await inbox.rows("select text from message order by created_at, id")
    assert [len(row["text"]) for row in texts] == [6, 100_000]


async def test_files_are_stored_before_the_message_and_named_by_their_content(inbox: Inbox, blobs: Blobs) -> None:
    await inbox.post(
        said("m1", attachments=[{"name": "trap.png", "base64": "PGh0bWw+PHNjcmlwdD48L3NjcmlwdD48L2h0bWw+"}])
    )
    [file] = await inbox.rows("select digest, type, size, state, conversation_id is not null as placed from file")
    assert (file["size"], file["state"], file["placed"]) == (30, "ready", True)
    assert not file["type"].startswith("image/")
    assert await blobs.get(f"{inbox.world.workspace}/{file['digest']}") == b"<html><script></script></html>"


async def test_a_file_that_is_a_url_waits_for_its_content(inbox: Inbox) -> None:
    await inbox.post(said("m1", attachments=[{"name": "a.pdf", "url": "https://shop.example/a.pdf"}]))
    [attachment] = (await inbox.value("select attachments from message"))[:1]
    assert attachment["state"] == "pending"
    assert await inbox.value("select payload from task where kind = 'fetch_file'") == {"file_id": attachment["id"]}


async def test_threads_keep_parallel_matters_apart(inbox: Inbox) -> None:
    await inbox.post(said("m1", thread="a"), said("m2", thread="b"), said("m3", thread="a"))
    assert await inbox.value("select count(*) from conversation") == 2


async def test_a_known_address_writes_into_its_open_conversation(inbox: Inbox) -> None:
    conversation = await add_conversation(inbox.world, handler=inbox.world.ben)
    [outcome] = await inbox.post(said("m1"))
    assert outcome.received[0].conversation_id == conversation
    data = msgspec.json.decode(await inbox.value("select payload from event order by seq desc limit 1"))
    assert data["previous"]["handler"] == {"kind": "agent", "id": str(inbox.world.ben)}
    assert data["conversation"]["inbound_count"] == 1
    assert data["conversation"]["waiting_since"] is not None
    assert data["messages"][0]["seq"] == 1


async def _close(inbox: Inbox, agent: object) -> Any:
    conversation = await add_conversation(inbox.world)
    await inbox.rows(
        "update conversation set status = 'closed', closed_at = $2, closed_by_kind = 'agent', closed_by_id = $3,"
        " waiting_since = null where id = $1", conversation, NOON, agent,
    )  # fmt: skip
    return conversation


async def test_writing_soon_after_the_close_reopens_to_who_closed_it(inbox: Inbox) -> None:
    conversation = await _close(inbox, inbox.world.ben)
    [outcome] = await inbox.post(said("m1"))
    assert outcome.received[0].conversation_id == conversation
    [row] = await inbox.rows(
        "select status, handler_kind, handler_id, epoch, closed_at, message_count from conversation"
    )
    assert tuple(row) == ("open", "agent", inbox.world.ben, 1, None, 2)


async def test_it_reopens_to_the_inbox_when_who_closed_it_is_away(inbox: Inbox) -> None:
    await _close(inbox, inbox.world.ben)
    await inbox.rows("update agent set available = false where id = $1", inbox.world.ben)
    await inbox.post(said("m1"))
    assert tuple((await inbox.rows("select status, handler_kind from conversation"))[0]) == ("open", "none")


async def test_writing_after_the_window_begins_a_new_conversation_that_names_the_old(inbox: Inbox) -> None:
    conversation = await _close(inbox, inbox.world.ben)
    inbox.clock.advance(timedelta(hours=25))
    await inbox.post(said("m1"), said("m2"))
    rows = await inbox.rows("select previous_id, status, message_count from conversation where id <> $1", conversation)
    assert [tuple(row) for row in rows] == [(conversation, "open", 2)]


async def test_a_replay_of_a_parked_receipt_takes_what_a_mended_parser_reads(inbox: Inbox, blobs: Blobs) -> None:
    from harken.pipeline.receipts import Replayer

    await inbox.rows("alter table message add constraint no_poison check (text <> 'poison')")
    await inbox.post(said("m1", text="poison"))
    await inbox.rows("alter table message drop constraint no_poison")
    directory = _Directory(inbox.channel)
    replayer = Replayer(inbox.db, blobs, inbox.clock, {"api": CONNECTOR}, directory)
    [done] = [outcome async for outcome in replayer.replay(outcome="parked")]
    assert done.outcome == "ingested"
    assert await inbox.value("select text from message") == "poison"
    assert [o async for o in replayer.replay(outcome="parked")] == []
    assert [o.received[0].known async for o in replayer.replay(outcome=None)] == [True]


class _Directory:
    def __init__(self, channel: ChannelConfig) -> None:
        self._channel = channel

    async def get(self, channel_id: object) -> tuple[str, ChannelConfig] | None:
        return ("api", self._channel) if channel_id == self._channel.id else None


async def _receive(inbox: Inbox, *messages: InboundMessage) -> list[UUID]:
    async with writing(inbox.db, inbox.world.workspace) as w:
        incoming = [Incoming(inbox.world.api_channel, "api", False, message) for message in messages]
        return [received.conversation_id for received in await receive(w, incoming, inbox.clock.now())]


async def test_an_answer_to_a_known_message_joins_its_conversation_for_the_same_sender_only(inbox: Inbox) -> None:
    conversation, same, other = await _receive(
        inbox,
        InboundMessage("first", "bo@example.com", thread_key="a"),
        InboundMessage("second", "bo@example.com", thread_key="b", replies_to=("unknown", "first")),
        InboundMessage("third", "eve@example.com", thread_key="c", replies_to=("first",)),
    )
    assert same == conversation != other
    [later] = await _receive(inbox, InboundMessage("later", "bo@example.com", thread_key="d", replies_to=("second",)))
    assert later == conversation


async def test_a_signed_reference_joins_its_conversation_whoever_sends_it(inbox: Inbox) -> None:
    [conversation] = await _receive(inbox, InboundMessage("first", "bo@example.com", text="Hello"))
    hinted = InboundMessage("second", "alias@example.com", name="Bo's other self", conversation_hint=conversation)
    assert await _receive(inbox, hinted) == [conversation]
    [event] = await inbox.rows("select payload from event order by seq desc limit 1")
    data = msgspec.json.decode(event["payload"])
    assert data["conversation"]["contact"]["name"] == "Bo" and data["conversation"]["address"] == "bo@example.com"
    assert data["messages"][0]["author"]["name"] == "Bo's other self"


async def test_an_automatic_reply_is_shown_but_reopens_nothing_and_waits_for_nobody(inbox: Inbox) -> None:
    conversation = await _close(inbox, inbox.world.ben)
    away = InboundMessage("away", "bo@example.com", text="I am on holiday", automatic=True)
    assert await _receive(inbox, away) == [conversation]
    [row] = await inbox.rows("select status, waiting_since, message_count from conversation")
    assert tuple(row) == ("closed", None, 1)


async def test_a_contact_without_a_name_gets_the_one_they_write_under(inbox: Inbox) -> None:
    await _receive(inbox, InboundMessage("first", "new@example.com"))
    await _receive(inbox, InboundMessage("second", "new@example.com", name="Nia"))
    rows = await inbox.rows("select type from event order by seq")
    assert [row["type"] for row in rows] == ["message_added", "contact_changed", "message_added"]
    [contact] = await inbox.rows("select name, revision from contact where name = 'Nia'")
    assert contact["revision"] == 2


async def test_only_who_sees_a_conversation_with_a_contact_hears_the_name(inbox: Inbox) -> None:
    returns = [InboundMessage("first", "new@example.com"), InboundMessage("second", "new@example.com", thread_key="b")]
    conversations = await _receive(inbox, *returns)
    teams = [inbox.world.orders, inbox.world.returns]
    for conversation, team in zip(conversations, teams, strict=True):
        await inbox.rows("update conversation set team_id = $2 where id = $1", conversation, team)
    await _receive(inbox, InboundMessage("third", "new@example.com", name="Nia"))
    heard = await inbox.rows("select audience from event where type = 'contact_changed'")
    assert {row["audience"]["kind"] for row in heard} == {"conversation"}
    assert {row["audience"]["after"]["team_id"] for row in heard} == {str(team) for team in teams}


async def test_a_name_that_comes_in_one_batch_with_the_first_message_reaches_what_began_in_it(inbox: Inbox) -> None:
    await inbox.rows("update channel set team_id = $1", inbox.world.returns)
    nameless = InboundMessage("first", "new@example.com", thread_key="a")
    await _receive(inbox, nameless, InboundMessage("second", "new@example.com", thread_key="b", name="Nia"))
    [heard] = await inbox.rows("select audience from event where type = 'contact_changed'")
    assert heard["audience"]["after"]["team_id"] == str(inbox.world.returns)


async def test_pictures_of_a_mail_are_told_apart_when_one_is_called_like_the_beginning_of_another(
    inbox: Inbox, blobs: Blobs
) -> None:
    html = '<img src="cid:img10"><img src="cid:img1">'
    files = tuple(InboundFile(f"{name}.txt", data=name.encode(), content_id=name) for name in ("img1", "img10"))

    class Mail(type(CONNECTOR)):  # pyright: ignore[reportGeneralTypeIssues, reportUntypedBaseClass]
        def parse(self, item: RawItem, channel: ChannelConfig) -> list[InboundEvent]:
            return [InboundMessage("mail", "new@example.com", html=html, files=files)]

    arrival = await prepare(Mail(), blobs, inbox.channel, RawItem("mail", b"{}"), {}, NOON)
    [incoming] = arrival.incoming
    first, tenth = (file.attachment.id for file in incoming.files)
    assert incoming.message.html == f'<img src="/files/{tenth}"><img src="/files/{first}">'

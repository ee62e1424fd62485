"""What a channel says and does of itself: in hours and outside, to who waits and who is silent, never over a bot."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from harken.automatic.actions import greet, tend
from harken.automatic.model import Automatic, Inactivity
from harken.automatic.rules import checked
from harken.automatic.store import save_automatic
from harken.automatic.tasks import GREET, follow, tend_silent
from harken.channels.directory import ChannelDirectory
from harken.conversations.actions.close import close
from harken.conversations.actions.handler import Assignment, assign
from harken.conversations.actions.note import note
from harken.conversations.actions.receive import Incoming, receive
from harken.events.follow import Follower
from harken.events.log import writing
from harken.hours.model import Opening, Schedule
from harken.hours.store import save_schedule
from harken.kit.errors import Invalid
from harken.kit.ids import new_id
from harken.kit.queue import Task
from harken.port.messages import InboundMessage
from harken.port.services import Services
from tests.desk import Desk
from tests.web import serving
from tests.world import World, caller_of

HELLO = Automatic(
    greeting={"en": "Hello! We answer soon.", "de": "Hallo! Wir antworten bald."},
    away={"en": "We are back tomorrow."},
)
SILENT = Automatic(
    people=Inactivity(remind_after=60, reminder={"en": "Are you still there?"}, close_after=120, closing={"en": "Goodbye."}),
    bots=Inactivity(close_after=30),
)  # fmt: skip


async def setting(world: World, automatic: Automatic) -> None:
    async with world.db.tx() as tx:
        await save_automatic(tx, world.workspace, world.api_channel, checked(automatic))


async def write(desk: Desk, text: str = "Hello?", *, automatic: bool = False) -> UUID:
    """Bo writes; returns the conversation."""
    sent = InboundMessage(str(new_id()), "bo@example.com", text, name="Bo", automatic=automatic)
    desk.clock.advance(timedelta(minutes=1))
    async with writing(desk.db, desk.world.workspace) as w:
        stored = await receive(w, [Incoming(desk.world.api_channel, "api", False, sent)], desk.clock.now())
    return stored[0].conversation_id


async def said(desk: Desk, conversation: UUID) -> list[str]:
    return [
        message.text for message in await desk.thread(conversation) if message.author.kind == "system" and message.text
    ]


async def closed_now(world: World) -> None:
    """Open on no hour of the test's day, a Friday."""
    async with world.db.tx() as tx:
        await save_schedule(tx, world.workspace, None, Schedule("UTC", [Opening("monday", "09:00", "10:00")]))


async def greeted(desk: Desk, conversation: UUID) -> bool:
    return await desk.do(greet, conversation, desk.outlet())


async def after(desk: Desk, conversation: UUID, minutes: int) -> bool:
    desk.clock.advance(timedelta(minutes=minutes))
    return await desk.do(tend, conversation, desk.outlet())


async def delivered(world: World) -> None:
    async with world.db.tx() as tx:
        await tx.execute("update delivery set state = 'sent'")


async def test_who_writes_anew_is_greeted_once_in_their_language_and_waits_on(world: World) -> None:
    desk = Desk(world)
    await setting(world, HELLO)
    async with world.db.tx() as tx:
        await tx.execute("update contact set language = 'de-AT'")
    conversation = await write(desk)
    waiting = (await desk.get(conversation)).waiting_since
    assert await greeted(desk, conversation)
    assert not await greeted(desk, conversation), "a repeated task says nothing twice"
    assert await said(desk, conversation) == ["Hallo! Wir antworten bald."]
    after_it = await desk.get(conversation)
    assert (after_it.waiting_since, after_it.handler.kind) == (waiting, "none")
    assert after_it.waiting_since is not None
    desk.clock.advance(timedelta(hours=5))
    await write(desk, "Still there?")
    assert not await greeted(desk, conversation), "one is greeted once"


async def test_outside_hours_the_away_message_comes_at_most_once_in_four_hours(world: World) -> None:
    desk = Desk(world)
    await setting(world, HELLO)
    await closed_now(world)
    conversation = await write(desk)
    assert await greeted(desk, conversation)
    await write(desk, "Hello?")
    assert not await greeted(desk, conversation)
    desk.clock.advance(timedelta(hours=4))
    await write(desk, "Anybody?")
    assert await greeted(desk, conversation)
    assert await said(desk, conversation) == ["We are back tomorrow."] * 2


async def test_nothing_is_said_over_a_bot_to_a_machine_or_in_a_closed_conversation(world: World) -> None:
    desk = Desk(world)
    await setting(world, HELLO)
    ada = await caller_of(world, world.ada)
    conversation = await write(desk)
    async with world.db.tx() as tx:
        bot = new_id()
        await tx.execute("insert into bot (id, workspace_id, name) values ($1, $2, 'Helper')", bot, world.workspace)
    await desk.do(assign, ada, conversation, Assignment("bot", bot))
    assert not await greeted(desk, conversation)
    await desk.do(assign, ada, conversation, Assignment("none", None))
    await desk.do(close, ada, conversation, None, None)
    assert not await greeted(desk, conversation)
    machine = await write(desk, "I am out of office", automatic=True)
    assert not await greeted(desk, machine)
    assert await said(desk, conversation) == []


async def test_a_silent_customer_is_reminded_and_then_let_go(world: World) -> None:
    desk = Desk(world)
    await setting(world, SILENT)
    ada = await caller_of(world, world.ada)
    conversation = await write(desk)
    assert not await after(desk, conversation, 10_000), "the customer waits for us"
    await desk.reply(ada, conversation)
    assert not await after(desk, conversation, 70), "our answer is still on its way"
    await delivered(world)
    assert await after(desk, conversation, 0)
    await delivered(world)
    assert not await after(desk, conversation, 60), "reminded once"
    assert await after(desk, conversation, 60)
    assert await said(desk, conversation) == ["Are you still there?", "Goodbye."]
    closed = (await desk.get(conversation)).closed
    assert closed is not None
    assert (closed.by.kind, closed.reason) == ("system", "inactive")
    assert not await after(desk, conversation, 10_000)


async def test_whatever_anybody_does_begins_the_time_anew(world: World) -> None:
    desk = Desk(world)
    await setting(world, SILENT)
    ada = await caller_of(world, world.ada)
    conversation = await write(desk)
    await desk.reply(ada, conversation)
    await delivered(world)
    assert await after(desk, conversation, 61)
    await delivered(world)
    await desk.do(note, ada, conversation, "Calling them", [], str(new_id()))
    assert not await after(desk, conversation, 58)
    assert await after(desk, conversation, 61), "reminded again after the note"
    await write(desk, "Here I am")
    assert not await after(desk, conversation, 10_000)


async def test_bots_have_a_rule_of_their_own(world: World) -> None:
    desk = Desk(world)
    await setting(world, msgspec.structs.replace(SILENT, people=Inactivity()))
    ada = await caller_of(world, world.ada)
    conversation = await write(desk)
    await desk.reply(ada, conversation)
    await delivered(world)
    assert not await after(desk, conversation, 10_000), "people have none"
    async with world.db.tx() as tx:
        bot = new_id()
        await tx.execute("insert into bot (id, workspace_id, name) values ($1, $2, 'Helper')", bot, world.workspace)
    await desk.do(assign, ada, conversation, Assignment("bot", bot))
    async with world.db.tx() as tx:
        await tx.execute("update conversation set waiting_since = null")
    assert await after(desk, conversation, 31)
    assert (await desk.get(conversation)).status == "closed"


async def test_the_round_finds_those_that_are_due(world: World, services: Services) -> None:
    desk = Desk(world)
    await setting(world, SILENT)
    ada = await caller_of(world, world.ada)
    conversation = await write(desk)
    await desk.reply(ada, conversation)
    await delivered(world)
    directory = ChannelDirectory(world.db, services.sealer, "http://testserver")
    now: Any = services.clock
    now.advance(timedelta(days=1))
    await tend_silent(services, directory, Task(new_id(), None, "tend_silent", {}, 1))
    assert (await said(desk, conversation))[:1] == ["Are you still there?"]


async def test_a_customers_message_makes_one_task(world: World) -> None:
    desk = Desk(world)
    await setting(world, HELLO)
    follower = Follower(world.db, "automatic-test", follow, from_start=True)
    await follower.catch_up()
    conversation = await write(desk)
    await follower.catch_up()
    async with world.db.connection() as connection:
        tasks = await connection.fetch("select payload from task where kind = $1", GREET)
    assert [task["payload"]["conversation_id"] for task in tasks] == [str(conversation)]


@pytest.mark.parametrize(
    "document",
    [{"greeting": {"en": " "}}, {"away": {"": "x"}}, {"people": {"remind_after": 5}}, {"bots": {"close_after": 0}},
     {"greeting": {"en": "x" * 2_001}}],
)  # fmt: skip
def test_settings_that_make_no_sense_are_refused(document: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        checked(msgspec.convert(document, Automatic))


async def test_who_speaks_another_language_gets_the_text_of_the_one_that_was_named(world: World) -> None:
    desk = Desk(world)
    await setting(world, Automatic(greeting={"ar": "مرحبا", "de": "Hallo!"}, language="de"))
    async with world.db.tx() as tx:
        await tx.execute("update contact set language = 'fr'")
    conversation = await write(desk)
    await greeted(desk, conversation)
    assert await said(desk, conversation) == ["Hallo!"]


def test_a_text_that_the_channel_cannot_send_is_refused_where_it_stands() -> None:
    automatic = Automatic(away={"en": "short", "de": "much too long"})
    with pytest.raises(Invalid) as refused:
        checked(automatic, lambda text: len(text) <= 5)
    assert refused.value.fields["errors"] == [{"field": "away", "code": "too_long"}]


async def test_an_admin_sets_it_over_http(services: Services, world: World) -> None:
    async with serving(services) as web:
        await _over_http(await web.signed_in(world.ada), await web.signed_in(world.ben), world)


async def _over_http(ada: httpx.AsyncClient, ben: httpx.AsyncClient, world: World) -> None:
    path = f"/api/channels/{world.api_channel}/automatic"
    assert (await ada.get(path)).json()["greeting"] == {}
    assert (await ada.put(path, json={"greeting": {"en": "Hi"}})).status_code == 200
    assert (await ada.get(path)).json()["greeting"] == {"en": "Hi"}
    assert (await ben.get(path)).status_code == 403
    assert (await ben.put(path, json={"greeting": {"en": "Mine"}})).status_code == 403
    assert (await ada.get(f"/api/channels/{new_id()}/automatic")).status_code == 404

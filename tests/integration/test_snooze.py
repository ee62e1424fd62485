"""What is put aside stays in its view, folded away, until its time, an agent or the customer brings it back."""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harken.conversations.actions.close import close, reopen
from harken.conversations.actions.handler import Assignment, assign
from harken.conversations.actions.priority import prioritise
from harken.conversations.actions.receive import Incoming, receive
from harken.conversations.actions.snooze import snooze, unsnooze, wake
from harken.conversations.counts import open_counts
from harken.conversations.tasks import SCHEDULE, handlers, wake_overdue
from harken.events.log import writing
from harken.kit.clock import ManualClock
from harken.kit.errors import Conflict, HarkenError, Invalid
from harken.kit.ids import new_id
from harken.kit.queue import Runner, Task
from harken.people.model import Caller
from harken.port.messages import InboundMessage
from harken.port.services import Services
from tests.apply import read_view
from tests.desk import Desk
from tests.world import NOON, World, add_conversation, add_message, caller_of

TOMORROW = datetime(2099, 1, 1, tzinfo=UTC)  # tasks are due by the database's clock
STEPS = (
    "pick",
    "forward",
    "team",
    "bot",
    "back",
    "snooze",
    "until",
    "wake",
    "unsnooze",
    "writes",
    "close",
    "reopen",
    "priority",
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 2), st.integers(0, 2)), min_size=4, max_size=14))
async def test_every_open_conversation_is_in_one_view_and_counted_unless_put_aside(
    world: World, steps: list[tuple[str, int, int]]
) -> None:
    desk = Desk(world)
    callers = [await caller_of(world, agent) for agent in (world.ada, world.ben, world.cleo)]
    bot = await _a_bot(world)
    conversations = [
        await add_conversation(world, thread_key=str(new_id()), team=t) for t in (None, None, world.orders)
    ]
    for step, which, who in steps:
        conversation, caller = conversations[which], callers[who]
        before = await desk.get(conversation)
        try:
            await _do(desk, step, caller, conversation, bot)
        except HarkenError:
            assert await desk.get(conversation) == before, f"{step} was refused and changed something"
            continue
        after = await desk.get(conversation)
        if step == "writes" or after.handler != before.handler or after.status == "closed":
            assert after.snoozed is None, step
        assert after.snoozed is None or after.handler.kind != "bot"
    for caller in callers:
        await _check_views(world, caller)


async def _do(desk: Desk, step: str, caller: Caller, conversation: UUID, bot: UUID) -> None:
    orders = desk.world.orders
    actions: dict[str, Callable[[], Awaitable[Any]]] = {
        "pick": lambda: desk.do(assign, caller, conversation, Assignment("agent", caller.agent_id)),
        "forward": lambda: desk.do(assign, caller, conversation, Assignment("agent", desk.world.sue)),
        "team": lambda: desk.do(assign, caller, conversation, Assignment("none", None, orders, move=True)),
        "bot": lambda: desk.do(assign, caller, conversation, Assignment("bot", bot)),
        "back": lambda: desk.do(assign, caller, conversation, Assignment("none", None)),
        "snooze": lambda: desk.do(snooze, caller, conversation, None, None),
        "until": lambda: desk.do(snooze, caller, conversation, TOMORROW, None),
        "wake": lambda: desk.do(wake, conversation, TOMORROW),
        "unsnooze": lambda: desk.do(unsnooze, caller, conversation),
        "writes": lambda: writes(desk, conversation),
        "close": lambda: desk.do(close, caller, conversation, None, None),
        "reopen": lambda: desk.do(reopen, caller, conversation),
        "priority": lambda: desk.do(prioritise, caller, conversation, random.choice(["low", "urgent"])),
    }
    await actions[step]()


async def _check_views(world: World, caller: Caller) -> None:
    async with world.db.connection() as connection:
        counts = (await open_counts(connection, caller)).views
    everywhere: list[str] = []
    for view in ("inbox", "open", "automated"):
        lists = {
            s: [c["id"] for c in await read_view(world.db, caller, view, snoozed=s)] for s in (None, "only", "any")
        }
        assert sorted(lists["any"]) == sorted(lists[None] + lists["only"]), view
        assert getattr(counts, view).count == len(lists[None]), view
        everywhere += lists["any"]
    everything = [c["id"] for c in await read_view(world.db, caller, "active", snoozed="any")]
    assert sorted(everywhere) == sorted(everything)
    assert len(set(everywhere)) == len(everywhere)


async def _a_bot(world: World) -> UUID:
    bot = new_id()
    async with world.db.tx() as tx:
        await tx.execute("insert into bot (id, workspace_id, name) values ($1, $2, 'Robo')", bot, world.workspace)
    return bot


async def writes(desk: Desk, conversation: UUID, text: str = "Any news?", **given: Any) -> None:
    """The customer, in this conversation, also when it has a thread of its own."""
    async with desk.db.connection() as connection:
        key = await connection.fetchval("select thread_key from conversation where id = $1", conversation)
    message = InboundMessage(str(new_id()), "bo@example.com", text, thread_key=key, **given)
    await desk.do(receive, [Incoming(desk.world.api_channel, "api", False, message)])


async def snoozed_one(world: World, until: datetime | None = TOMORROW) -> tuple[Desk, Caller, UUID]:
    desk, ben = Desk(world), await caller_of(world, world.ben)
    conversation = await add_conversation(world, handler=world.ben)
    await add_message(world, conversation, "Hello")
    await desk.do(snooze, ben, conversation, until, 1)
    return desk, ben, conversation


async def lines(desk: Desk, conversation: UUID) -> list[str]:
    return [m.line.type for m in await desk.thread(conversation) if m.line]


async def test_the_customers_message_wakes_it_and_is_said_in_the_thread(world: World) -> None:
    desk, _, conversation = await snoozed_one(world)
    await writes(desk, conversation)
    woken = await desk.get(conversation)
    assert (woken.snoozed, woken.inbound_count) == (None, 2)
    assert await lines(desk, conversation) == ["snoozed", "woken"]
    event = (await desk.events())[-1]
    assert (event.type, json.loads(event.payload)["previous"]["snoozed"]) == ("message_added", True)


async def test_an_agents_own_reply_leaves_it_put_aside(world: World) -> None:
    desk, ben, conversation = await snoozed_one(world)
    await desk.reply(ben, conversation, "We are looking into it")
    assert (await desk.get(conversation)).snoozed is not None
    cleo = await caller_of(world, world.cleo)
    await desk.reply(cleo, conversation, "I have it", take_over=True)
    assert (await desk.get(conversation)).snoozed is None, "whoever takes over has it before them"


async def test_its_time_wakes_it_through_the_queue_and_a_late_or_repeated_task_does_nothing(
    world: World, services: Services
) -> None:
    desk, ben, conversation = await snoozed_one(world)
    until = TOMORROW + timedelta(days=1)
    await desk.do(snooze, ben, conversation, until, None)
    runner = Runner(services.db, handlers(services))
    await make_due(world, TOMORROW)
    assert await runner.start_due() == 1
    await runner.idle()
    assert (await desk.get(conversation)).snoozed is not None, "the first task was of another snooze"
    await make_due(world, until)
    assert await runner.start_due() == 1
    await runner.idle()
    assert (await desk.get(conversation)).snoozed is None
    assert await lines(desk, conversation) == ["snoozed", "snoozed", "woken"]
    assert (await desk.events())[-1].type == "conversation_woken"
    assert not await desk.do(wake, conversation, until)


async def test_what_no_task_woke_is_woken_by_the_round(world: World, services: Services) -> None:
    desk, _, conversation = await snoozed_one(world, NOON + timedelta(minutes=5))
    round_ = Task(new_id(), None, next(iter(SCHEDULE)), {}, 1)
    await wake_overdue(services, round_)
    assert (await desk.get(conversation)).snoozed is not None, "not yet"
    cast(ManualClock, services.clock).advance(timedelta(minutes=6))
    await wake_overdue(services, round_)
    assert (await desk.get(conversation)).snoozed is None


async def make_due(world: World, until: datetime) -> None:
    async with world.db.tx() as tx:
        await tx.execute("update task set run_at = now() - interval '1 second' where run_at = $1", until)


async def test_what_cannot_be_put_aside_is_refused(world: World) -> None:
    desk, ben = Desk(world), await caller_of(world, world.ben)
    closed, robo, seen = [await add_conversation(world, thread_key=key, handler=world.ben) for key in "abc"]
    await desk.do(close, ben, closed, None, None)
    await desk.do(assign, ben, robo, Assignment("bot", await _a_bot(world)))
    await add_message(world, seen, "Wait!")
    refused: list[tuple[UUID, datetime | None, int | None, str]] = [
        (closed, None, None, "conversation_closed"), (robo, None, None, "bot_handles"), (seen, None, 0, "customer_wrote"),
    ]  # fmt: skip
    for conversation, until, count, code in refused:
        with pytest.raises(Conflict) as caught:
            await desk.do(snooze, ben, conversation, until, count)
        assert caught.value.code == code
    with pytest.raises(Invalid):
        await desk.do(snooze, ben, seen, NOON, None)


async def test_a_customer_who_writes_at_that_moment_is_never_hidden(world: World) -> None:
    """Over connections of their own: whoever comes second, the message is not behind a snooze that did not see it."""
    desk, ben = Desk(world), await caller_of(world, world.ben)
    refused = 0
    for place in range(40):
        conversation = await add_conversation(world, thread_key=str(place), handler=world.ben)
        both = [desk.do(snooze, ben, conversation, None, 0), writes(desk, conversation)]
        done = await asyncio.gather(*(both if place % 2 else both[::-1]), return_exceptions=True)
        failures = [each for each in done if isinstance(each, BaseException)]
        assert all(isinstance(f, Conflict) and f.code == "customer_wrote" for f in failures), failures
        refused += len(failures)
        after = await desk.get(conversation)
        assert (after.snoozed, after.inbound_count) == (None, 1)
    assert 0 < refused < 40, "they did not race"


async def test_waking_by_time_and_by_hand_at_once_is_one_waking(world: World) -> None:
    desk, ben = Desk(world), await caller_of(world, world.ben)
    for place in range(20):
        conversation = await add_conversation(world, thread_key=str(place), handler=world.ben)
        await desk.do(snooze, ben, conversation, TOMORROW, None)
        await asyncio.gather(
            desk.do(unsnooze, ben, conversation), desk.do(wake, conversation, TOMORROW), writes(desk, conversation)
        )
        assert (await desk.get(conversation)).snoozed is None
        assert await lines(desk, conversation) == ["snoozed", "woken"]


async def test_a_deactivated_agents_conversations_come_back_also_those_put_aside(world: World) -> None:
    from harken.conversations.actions.handler import return_all_of
    from harken.events.types import SYSTEM

    desk, _, conversation = await snoozed_one(world)
    async with writing(world.db, world.workspace) as w:
        assert await return_all_of(w, SYSTEM, world.ben, desk.clock.now()) == [conversation]
    assert (await desk.get(conversation)).snoozed is None

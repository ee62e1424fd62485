"""The views: the number beside one is the length of its list, for everybody, whatever has happened; and their order."""

import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from harken.conversations.actions.close import close, reopen
from harken.conversations.actions.handler import Assignment, assign
from harken.conversations.actions.read import mark_read
from harken.conversations.counts import open_counts
from harken.conversations.listing import ListQuery, list_conversations
from harken.kit.errors import HarkenError, Invalid
from harken.people.model import Caller
from tests.apply import read_view
from tests.desk import Desk
from tests.world import NOON, World, add_contact, add_conversation, add_message, caller_of

STEPS = 60


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_the_number_beside_a_view_is_the_length_of_its_list_after_every_step(world: World, seed: int) -> None:
    random_run = random.Random(seed)
    desk = Desk(world)
    callers = [await caller_of(world, agent) for agent in (world.ada, world.sue, world.ben, world.cleo)]
    bot = uuid4()
    async with world.db.tx() as tx:
        await tx.execute("insert into bot (id, workspace_id, name) values ($1, $2, 'Robo')", bot, world.workspace)
    conversations = [
        await add_conversation(world, team=team, thread_key=f"{place} {team}")
        for place in range(3) for team in (None, world.orders, world.returns)
    ]  # fmt: skip
    for step in range(STEPS):
        caller, conversation = random_run.choice(callers), random_run.choice(conversations)
        await random_action(random_run, desk, caller, conversation, callers, bot)
        for looker in random_run.sample(callers, 2):
            await check_numbers(world, looker, step)


async def random_action(
    random_run: random.Random, desk: Desk, caller: Caller, conversation: UUID, callers: list[Caller], bot: UUID
) -> None:
    """One of them; what is refused changes nothing."""
    world = desk.world
    assignments = [
        Assignment("agent", caller.agent_id),
        Assignment("agent", random_run.choice(callers).agent_id),
        Assignment("none", None),
        Assignment("none", None, random_run.choice([None, world.orders, world.returns]), move=True),
        Assignment("bot", bot),
    ]
    actions: list[Callable[[], Awaitable[Any]]] = [
        *[lambda a=a: desk.do(assign, caller, conversation, a) for a in assignments],
        lambda: desk.reply(caller, conversation, take_over=random_run.random() < 0.5),
        lambda: desk.do(close, caller, conversation, None, None),
        lambda: desk.do(reopen, caller, conversation),
    ]
    try:
        await random_run.choice(actions)()
    except HarkenError:
        return


async def check_numbers(world: World, caller: Caller, step: int) -> None:
    async with world.db.connection() as connection:
        counts = await open_counts(connection, caller)
    for view in ("inbox", "yours", "open", "automated"):
        found = await read_view(world.db, caller, view)
        assert len({c["id"] for c in found}) == len(found), f"{view} shows one twice, step {step}"
        assert getattr(counts.views, view).count == len(found), f"{view} of {caller.name}, step {step}"
    for team in (world.orders, world.returns):
        found = await read_view(world.db, caller, "active", team_id=team)
        assert counts.teams.get(team, 0) == len(found), f"a team of {caller.name}, step {step}"


async def test_the_inbox_begins_with_who_has_waited_longest(world: World) -> None:
    times = [NOON + timedelta(minutes=m) for m in (5, 1, 3, 9, 7)]
    made = {at: await add_conversation(world, thread_key=str(at), at=at, team=world.orders) for at in times}
    for agent in (world.ben, world.sue):
        found = await read_view(world.db, await caller_of(world, agent), "inbox")
        assert [c["id"] for c in found] == [str(made[at]) for at in sorted(times)]


async def test_the_other_views_begin_with_what_is_newest(world: World) -> None:
    desk, ben = Desk(world), await caller_of(world, world.ben)
    made = [await add_conversation(world, thread_key=str(n), handler=world.ben) for n in range(4)]
    for conversation in (made[2], made[0], made[3], made[1]):
        await desk.reply(ben, conversation)
    expected = [str(made[n]) for n in (1, 3, 0, 2)]
    assert [c["id"] for c in await read_view(world.db, ben, "yours")] == expected
    for conversation in reversed(made):
        await desk.do(close, ben, conversation, None, None)
    assert [c["id"] for c in await read_view(world.db, ben, "closed")] == [str(c) for c in made]


async def test_a_list_can_be_narrowed(world: World) -> None:
    desk, ben = Desk(world), await caller_of(world, world.ben)
    read, unread = [await add_conversation(world, team=world.orders, thread_key=key) for key in "ab"]
    for conversation in (read, unread):
        await add_message(world, conversation, "Hello")
    await desk.do(mark_read, ben, read, None)
    contact, _ = await add_contact(world.db, world.workspace, "Eve", "api", "eve@example.com")
    narrowed: dict[str, tuple[ListQuery, list[UUID]]] = {
        "unread": (ListQuery("inbox", unread=True), [unread]),
        "channel": (ListQuery("inbox", channel_id=world.api_channel), [read, unread]),
        "team": (ListQuery("inbox", world.orders), [read, unread]),
        "other team": (ListQuery("inbox", world.returns), []),
        "label": (ListQuery("inbox", label=uuid4()), []),
        "contact": (ListQuery("inbox", contact_id=contact), []),
    }
    async with world.db.connection() as connection:
        for name, (query, expected) in narrowed.items():
            page = await list_conversations(connection, ben, query)
            assert {c.id for c in page.items} == set(expected), name


@pytest.mark.parametrize("cursor", ["x", "", "bnVsbA", "W10", "WyIyMDI2LTExLTIwVDEyOjAwOjAwIiwieCJd", "é", "=" * 5])
async def test_a_cursor_that_is_none_is_refused(world: World, cursor: str) -> None:
    ben = await caller_of(world, world.ben)
    async with world.db.connection() as connection:
        if not cursor:
            assert (await list_conversations(connection, ben, ListQuery("inbox", cursor=cursor))).items == []
            return
        with pytest.raises(Invalid):
            await list_conversations(connection, ben, ListQuery("inbox", cursor=cursor))

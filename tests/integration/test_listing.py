"""The views: the number beside one is the length of its list, for everybody, whatever has happened; and their order."""

import itertools
import json
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from msgspec.structs import replace

from harken.conversations import store
from harken.conversations.actions.close import close, reopen
from harken.conversations.actions.handler import Assignment, assign
from harken.conversations.actions.label import put_labels
from harken.conversations.actions.read import mark_read
from harken.conversations.counts import open_counts
from harken.conversations.listing import ListedView, ListQuery, list_conversations
from harken.conversations.listing_sql import Sort
from harken.conversations.model import Conversation
from harken.events.types import SYSTEM
from harken.kit.errors import HarkenError, Invalid
from harken.kit.ids import new_id
from harken.labels.actions import create_label, remove_label
from harken.people.model import Caller
from tests.apply import read_view
from tests.desk import Desk
from tests.world import NOON, World, add_agent, add_contact, add_conversation, add_message, caller_of

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
            assert {json.loads(bytes(c))["id"] for c in page.items} == {str(id) for id in expected}, name


@pytest.mark.parametrize("cursor", ["x", "", "bnVsbA", "W10", "WyIyMDI2LTExLTIwVDEyOjAwOjAwIiwieCJd", "é", "=" * 5])
async def test_a_cursor_that_is_none_is_refused(world: World, cursor: str) -> None:
    ben = await caller_of(world, world.ben)
    async with world.db.connection() as connection:
        if not cursor:
            assert (await list_conversations(connection, ben, ListQuery("inbox", cursor=cursor))).items == []
            return
        with pytest.raises(Invalid):
            await list_conversations(connection, ben, ListQuery("inbox", cursor=cursor))


VIEWS: tuple[ListedView, ...] = ("inbox", "yours", "open", "automated", "closed", "active")
SORTS: tuple[Sort, ...] = ("default", "newest", "oldest", "waiting", "priority")
RANKS = {"urgent": 0, "high": 1, "normal": 2, "low": 3}


async def test_every_list_is_what_sorting_all_that_one_may_see_gives(world: World) -> None:
    """Each view in each order, narrowed in each way, for who sees all and for agents of one team, of two and of none."""
    chance = random.Random(7)
    bot, label = new_id(), new_id()
    dan = await add_agent(world.db, world.workspace, "Dan", "agent")
    everything = [await random_row(world, chance, bot, label) for _ in range(160)]
    callers = [await caller_of(world, agent) for agent in (world.sue, world.ben, world.cleo, dan)]
    asked = 0
    for view, sort, caller, snoozed in itertools.product(VIEWS, SORTS, callers, (None, "only", "any")):
        for narrowed in chance.sample(ways_to_narrow(world, bot, label), 4):
            query = ListQuery(view, sort=sort, snoozed=snoozed, **narrowed)
            found = await read_list(world, caller, query)
            assert found == sorted_by_hand(everything, caller, query), f"{query} of {caller.name}"
            asked += len(found)
    assert asked > 3000


def ways_to_narrow(world: World, bot: UUID, label: UUID) -> list[dict[str, Any]]:
    ways: list[dict[str, Any]] = [
        {}, {"waiting": True}, {"unread": True}, {"label": label}, {"priority": "high"}, {"handler_id": "none"},
        {"handler_id": world.ben}, {"handler_id": bot}, {"team_id": world.orders}, {"team_id": world.returns},
        {"contact_id": world.bo}, {"channel_id": world.api_channel}, {"team_id": world.returns, "handler_id": world.ben},
        {"priority": "normal", "waiting": True},
    ]  # fmt: skip
    return ways


async def random_row(world: World, chance: random.Random, bot: UUID, label: UUID) -> dict[str, Any]:
    """Written by hand, so that the lists are compared with nothing of theirs; times repeat, so that ids decide."""
    kind = chance.choice(["none", "none", "agent", "agent", "bot", "closed"])
    at = NOON + timedelta(minutes=chance.randrange(40))
    row: dict[str, Any] = {
        "id": await add_conversation(world, thread_key=str(chance.random()), at=at),
        "status": "closed" if kind == "closed" else "open",
        "handler_kind": "none" if kind == "closed" else kind,
        "handler_id": {"agent": chance.choice([world.ben, world.cleo]), "bot": bot}.get(kind),
        "team_id": chance.choice([None, world.orders, world.returns]),
        "closed_at": at + timedelta(minutes=chance.randrange(5)) if kind == "closed" else None,
        "waiting_since": NOON - timedelta(minutes=chance.randrange(20))
        if kind != "closed" and chance.random() < 0.6
        else None,
        "last_activity_at": at,
        "priority": chance.choice([0, 1, 2, 2, 2, 3]),
        "label_ids": [label] if chance.random() < 0.3 else [],
        "inbound_count": chance.randrange(2),
        "snoozed_at": at if kind in ("none", "agent") and chance.random() < 0.3 else None,
    }
    row["needs_help"] = kind == "bot" and chance.random() < 0.4
    row["handed_off"] = "asked" if kind == "none" and row["status"] == "open" and chance.random() < 0.4 else None
    row["snoozed_by"] = world.ada if row["snoozed_at"] else None
    row["snoozed_until"] = at + timedelta(days=1) if row["snoozed_at"] and chance.random() < 0.5 else None
    columns = [name for name in row if name != "id"]
    settings = ", ".join(f"{name} = ${place}" for place, name in enumerate(columns, 2))
    async with world.db.tx() as tx:
        await tx.execute(f"update conversation set {settings} where id = $1", row["id"], *(row[c] for c in columns))
    return row


def sorted_by_hand(rows: list[dict[str, Any]], caller: Caller, query: ListQuery) -> list[str]:
    def wanted(r: dict[str, Any]) -> bool:
        mine = r["handler_kind"] == "agent" and r["handler_id"] == caller.agent_id
        view = (
            {"none": "inbox", "agent": "open", "bot": "automated"}[r["handler_kind"]]
            if r["status"] == "open"
            else "closed"
        )
        return (
            (caller.sees_all or r["team_id"] is None or r["team_id"] in caller.team_ids or mine)
            and (
                query.view == view or (query.view == "yours" and mine) or (query.view == "active" and view != "closed")
            )
            and (query.snoozed == "any" or bool(r["snoozed_at"]) == (query.snoozed == "only"))
            and query.team_id in (None, r["team_id"])
            and (
                query.handler_id is None
                or r["handler_id"] == (None if query.handler_id == "none" else query.handler_id)
            )
            and (query.label is None or query.label in r["label_ids"])
            and (query.priority is None or RANKS[query.priority] == r["priority"])
            and (not query.unread or r["inbound_count"] > 0)
            and (not query.waiting or r["waiting_since"] is not None)
        )

    def key(r: dict[str, Any]) -> tuple[Any, ...]:
        since = r["waiting_since"] or r["last_activity_at"]
        if query.sort == "default" and query.view == "inbox":
            return r["handed_off"] is None, since, r["id"]
        if query.sort == "default" and query.view != "automated":
            return r["closed_at"] if query.view == "closed" else r["last_activity_at"], r["id"]
        keys = {"waiting": (r["waiting_since"] is None, since), "priority": (r["priority"], since)}
        if query.view == "automated" and query.sort == "default":
            return r["needs_help"], r["last_activity_at"], r["id"]
        return (*keys.get(query.sort, (r["last_activity_at"],)), r["id"])

    falling = query.sort == "newest" or (query.sort == "default" and query.view != "inbox")
    return [str(r["id"]) for r in sorted(filter(wanted, rows), key=key, reverse=falling)]


async def read_list(world: World, caller: Caller, query: ListQuery) -> list[str]:
    """Page by page, each of another length."""
    found: list[str] = []
    cursor, limit = None, 3
    async with world.db.connection() as connection:
        while True:
            page = await list_conversations(connection, caller, replace(query, cursor=cursor, limit=limit))
            found += [json.loads(bytes(item))["id"] for item in page.items]
            assert len(page.items) == limit or page.next_cursor is None
            cursor, limit = page.next_cursor, limit * 4
            if cursor is None:
                return found
            limit = min(limit, 100)


async def test_a_cursor_of_another_order_is_refused(world: World) -> None:
    ben = await caller_of(world, world.ben)
    for key in "abc":
        await add_conversation(world, thread_key=key)
    async with world.db.connection() as connection:
        page = await list_conversations(connection, ben, ListQuery("inbox", limit=1))
        with pytest.raises(Invalid):
            await list_conversations(connection, ben, ListQuery("inbox", sort="priority", cursor=page.next_cursor))


async def test_a_conversation_is_shown_as_it_is_now_also_when_it_was_shown_before(world: World) -> None:
    """What is kept of a list is dropped with any change: of the row, the contact, the channel, the reader."""
    desk, ben = Desk(world), await caller_of(world, world.ben)
    conversation = await add_conversation(world)
    await add_message(world, conversation, "Hello")
    label = await desk.do(create_label, SYSTEM, "VIP", "red")
    changes: dict[str, Callable[[], Awaitable[Any]]] = {
        "nothing": lambda: desk.get(conversation),
        "a label": lambda: desk.do(put_labels, ben, conversation, [label.id]),
        "the label goes": lambda: desk.do(remove_label, SYSTEM, label.id),
        "the contact's name": lambda: execute(world, "update contact set name = 'Bob', revision = revision + 1"),
        "the channel goes off": lambda: execute(world, "update channel set active = false"),
        "read": lambda: desk.do(mark_read, ben, conversation, None),
    }
    for name, change in changes.items():
        await change()
        async with world.db.connection() as connection:
            page = await list_conversations(connection, ben, ListQuery("inbox"))
            expected = await store.get_visible(connection, ben, conversation)
        assert msgspec.json.decode(page.items[0], type=Conversation) == expected, name


async def execute(world: World, statement: str) -> None:
    async with world.db.tx() as tx:
        await tx.execute(statement)

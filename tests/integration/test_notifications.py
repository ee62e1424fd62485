"""What agents are told of: by whom, of what, how often, and until when (R26)."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from harken.conversations.actions.close import close
from harken.conversations.actions.handler import Assignment, assign
from harken.conversations.actions.note import note
from harken.conversations.actions.read import mark_read
from harken.conversations.actions.receive import Incoming, receive
from harken.events.follow import Follower
from harken.kit.queue import Task
from harken.notifications.following import Teller
from harken.notifications.store import unread_count
from harken.notifications.tasks import trim
from harken.people.model import Caller
from harken.port.messages import InboundMessage
from harken.port.services import Services
from tests.desk import Desk
from tests.live import running
from tests.web import serving
from tests.world import NOON, World, add_conversation, caller_of


@dataclass
class Scene:
    desk: Desk
    world: World
    follower: Follower
    ben: Caller
    cleo: Caller
    sue: Caller

    async def told(self, agent: UUID) -> list[tuple[str, int, bool]]:
        """(kind, count, read) of an agent's notifications, oldest first, after everything that has happened."""
        await self.follower.catch_up()
        async with self.world.db.connection() as connection:
            rows = await connection.fetch(
                "select kind, count, read_at is not null from notification where agent_id = $1 order by id", agent
            )
        return [tuple(row) for row in rows]

    async def unread(self, agent: UUID) -> int:
        await self.follower.catch_up()
        async with self.world.db.connection() as connection:
            return await unread_count(connection, self.world.workspace, agent)

    async def writes(self, text: str = "Hello") -> UUID:
        """Bo writes; the id of the conversation."""
        message = InboundMessage(text, "bo@example.com", text, "Bo")
        received = await self.desk.do(receive, [Incoming(self.world.api_channel, "api", False, message)])
        return received[0].conversation_id

    async def assign(self, caller: Caller, conversation: UUID, kind: str, id: UUID | None = None, **given: Any) -> None:
        await self.desk.do(assign, caller, conversation, Assignment(kind, id, **given))  # pyright: ignore[reportArgumentType]

    async def prefer(self, agent: UUID, **preferences: Any) -> None:
        async with self.world.db.tx() as tx:
            await tx.execute("update agent set preferences = $2 where id = $1", agent, preferences)


@pytest.fixture
async def scene(world: World) -> Scene:
    desk = Desk(world)
    follower = Follower(world.db, "notifications", Teller(desk.clock))
    await follower.catch_up()
    return Scene(desk, world, follower, *[await caller_of(world, one) for one in (world.ben, world.cleo, world.sue)])


async def test_a_mention_tells_those_who_may_see_the_conversation_and_nobody_of_their_own(scene: Scene) -> None:
    world = scene.world
    conversation = await add_conversation(world, team=world.returns)
    await scene.desk.do(
        note, scene.cleo, conversation, "Have a look, @Sue and @Ben", [world.sue, world.ben, world.cleo], "n1"
    )
    assert await scene.told(world.sue) == [("mention", 1, False)]
    assert await scene.told(world.ben) == [], "Ben is not of the team Returns"
    assert await scene.told(world.cleo) == [], "one's own doing is no news"


async def test_who_is_given_a_conversation_is_told_and_who_takes_one_is_not(scene: Scene) -> None:
    world = scene.world
    conversation = await add_conversation(world, team=world.orders)
    await scene.assign(scene.ben, conversation, "agent", world.ben)
    assert await scene.told(world.ben) == []
    await scene.assign(scene.ben, conversation, "agent", world.cleo, note="Yours, I am off")
    assert await scene.told(world.cleo) == [("assigned", 1, False)]


async def test_whom_a_conversation_is_taken_from_is_told_by_picking_and_by_answering(scene: Scene) -> None:
    world = scene.world
    for take in ("pick", "answer"):
        conversation = await add_conversation(world, team=world.orders, handler=world.ben, thread_key=take)
        if take == "pick":
            await scene.assign(scene.sue, conversation, "agent", world.sue)
        else:
            await scene.desk.reply(scene.sue, conversation, take_over=True)
    assert await scene.told(world.ben) == [("taken_over", 1, False)] * 2


async def test_a_customers_messages_count_on_one_notification_until_it_is_read(scene: Scene) -> None:
    world = scene.world
    conversation = await scene.writes("One")
    await scene.assign(scene.ben, conversation, "agent", world.ben)
    for text in ("Two", "Three"):
        await scene.writes(text)
    assert await scene.told(world.ben) == [("message", 2, False)]
    await scene.writes("Four")
    assert await scene.told(world.ben) == [("message", 3, False)]
    await scene.desk.do(mark_read, scene.ben, conversation, None)
    assert await scene.told(world.ben) == [("message", 3, True)]
    await scene.writes("Five")
    assert await scene.told(world.ben) == [("message", 3, True), ("message", 1, False)]


async def test_what_was_read_before_a_message_came_leaves_that_message_unread(scene: Scene) -> None:
    world = scene.world
    conversation = await scene.writes("One")
    await scene.assign(scene.ben, conversation, "agent", world.ben)
    await scene.writes("Two")
    seen = (await scene.desk.thread(conversation))[-1].id
    await scene.writes("Three")
    await scene.desk.do(mark_read, scene.ben, conversation, seen)
    assert [read for *_, read in await scene.told(world.ben)] == [False]


async def test_answering_reads_what_one_was_told_of_the_conversation(scene: Scene) -> None:
    world = scene.world
    conversation = await scene.writes()
    await scene.assign(scene.ben, conversation, "agent", world.cleo)
    await scene.writes("And?")
    assert await scene.unread(world.cleo) == 2
    await scene.desk.reply(scene.cleo, conversation)
    assert await scene.unread(world.cleo) == 0


async def test_new_conversations_are_told_to_those_who_asked_and_see_the_inbox_until_one_is_picked(
    scene: Scene,
) -> None:
    world = scene.world
    wanted = {"new_conversation": {"app": True}}
    for agent in (world.ben, world.ada):
        await scene.prefer(agent, notifications=wanted)
    async with world.db.tx() as tx:
        await tx.execute("update channel set team_id = $2 where id = $1", world.api_channel, world.returns)
    conversation = await scene.writes()
    assert await scene.told(world.ada) == [("new_conversation", 1, False)]
    assert await scene.told(world.ben) == await scene.told(world.sue) == await scene.told(world.cleo) == []
    await scene.assign(scene.cleo, conversation, "agent", world.cleo)
    assert await scene.told(world.ada) == [("new_conversation", 1, True)]


async def test_who_may_not_see_a_conversation_any_more_is_not_told_of_it_and_has_nothing_unread_of_it(
    scene: Scene,
) -> None:
    world = scene.world
    conversation = await add_conversation(world, team=world.orders)
    await scene.desk.do(note, scene.sue, conversation, "@Ben", [world.ben], "n1")
    assert await scene.unread(world.ben) == 1
    await scene.assign(scene.sue, conversation, "none", team_id=world.returns, move=True)
    assert await scene.unread(world.ben) == 0
    assert await scene.told(world.ben) == [("mention", 1, True)]
    await scene.desk.do(note, scene.sue, conversation, "@Ben again", [world.ben], "n2")
    await scene.assign(scene.sue, conversation, "none", team_id=world.orders, move=True)
    await scene.desk.do(note, scene.sue, conversation, "@Ben", [world.ben], "n3")
    await scene.assign(scene.sue, conversation, "none", team_id=world.returns, move=True)
    assert await scene.told(world.ben) == [("mention", 1, True)], "it had gone again before he was told"


async def test_a_kind_that_is_switched_off_makes_nothing_and_one_not_for_the_app_does_not_count(scene: Scene) -> None:
    world = scene.world
    off = dict.fromkeys(("app", "desktop", "sound", "push", "email"), False)
    await scene.prefer(world.sue, notifications={"mention": off})
    await scene.prefer(world.cleo, notifications={"mention": {**off, "push": True}})
    conversation = await add_conversation(world)
    await scene.desk.do(note, scene.ben, conversation, "@all", [world.sue, world.cleo], "n1")
    assert await scene.told(world.sue) == []
    assert await scene.told(world.cleo) == [("mention", 1, False)]
    assert await scene.unread(world.cleo) == 0


async def test_the_pages_of_that_agent_alone_hear_of_it_with_the_number_that_is_unread(scene: Scene) -> None:
    world = scene.world
    conversation = await scene.writes()
    await scene.assign(scene.ben, conversation, "agent", world.cleo)
    await scene.follower.catch_up()
    await scene.desk.do(close, scene.cleo, conversation, None, None)
    await scene.desk.do(mark_read, scene.cleo, conversation, None)
    await scene.follower.catch_up()
    heard = [event for event in await scene.desk.events() if event.type.startswith("notification")]
    assert [(event.type, event.audience.agent_id) for event in heard] == [
        ("notification_changed", world.cleo), ("notifications_read", world.cleo),
    ]  # fmt: skip
    assert '"unread":1' in heard[0].payload and '"kind":"assigned"' in heard[0].payload
    assert '"unread":0' in heard[1].payload


async def test_a_mention_reaches_the_open_page_of_who_was_meant_within_a_moment(
    world: World, services: Services
) -> None:
    conversation = await add_conversation(world)
    async with running(services, worker=True) as server:
        bens, sues = await server.page(world.ben), await server.page(world.sue)
        sue = await server.client(world.sue)
        note = {"text": "@Ben", "client_message_id": "n1", "mentions": [str(world.ben)]}
        await asyncio.sleep(0.5)  # the follower begins at the log's end
        await sue.post(f"/api/conversations/{conversation}/notes", json=note)
        frame = await bens.wait("notification_changed", timeout=2)
        assert (frame["data"]["unread"], frame["data"]["notification"]["preview"]) == (1, "@Ben")
        assert "notification_changed" not in [heard["type"] for heard in await sues.quiet()]
        assert (await (await server.client(world.ben)).get("/api/snapshot")).json()["notifications"] == {"unread": 1}


async def test_the_list_is_ones_own_newest_first_in_pages_and_can_be_read(scene: Scene, services: Services) -> None:
    world = scene.world
    for number in range(5):
        conversation = await add_conversation(world, thread_key=str(number))
        await scene.desk.do(note, scene.sue, conversation, f"@Ben {number}", [world.ben], f"n{number}")
    await scene.follower.catch_up()
    async with serving(services) as web:
        ben, cleo = await web.signed_in(world.ben), await web.signed_in(world.cleo)
        first = (await ben.get("/api/notifications?limit=3")).json()
        rest = (await ben.get("/api/notifications", params={"limit": 3, "cursor": first["next_cursor"]})).json()
        assert [one["preview"] for one in first["items"] + rest["items"]] == [f"@Ben {n}" for n in (4, 3, 2, 1, 0)]
        assert (first["unread"], rest["next_cursor"]) == (5, None)
        assert (await cleo.get("/api/notifications")).json() == {"items": [], "next_cursor": None, "unread": 0}
        ids = [one["id"] for one in first["items"][:2]]
        assert (await cleo.put("/api/notifications/read", json={"ids": ids})).json() == {"ids": [], "unread": 0}
        assert (await ben.put("/api/notifications/read", json={"ids": ids})).json()["unread"] == 3
        one = {"conversation_id": rest["items"][0]["conversation_id"]}
        assert (await ben.put("/api/notifications/read", json=one)).json()["unread"] == 2
        assert [one["read"] for one in (await ben.get("/api/notifications?unread=true")).json()["items"]] == [False] * 2
        assert (await ben.put("/api/notifications/read", json={"all": True})).json()["unread"] == 0
        for wrong in ({}, {"all": True, "ids": ids}, {"ids": ["x"]}):
            assert (await ben.put("/api/notifications/read", json=wrong)).status_code == 422
        for wrong_cursor in ("x", "99999999999999999999999.x", "1.", "-5." + "0" * 32):
            answer = await ben.get("/api/notifications", params={"cursor": wrong_cursor})
            assert answer.status_code in (200, 422), wrong_cursor


async def test_old_ones_are_gone_after_thirty_days(scene: Scene, services: Services) -> None:
    world = scene.world
    conversation = await add_conversation(world)
    await scene.desk.do(note, scene.sue, conversation, "@Ben", [world.ben], "n1")
    assert len(await scene.told(world.ben)) == 1
    task = Task(world.workspace, None, "trim_notifications", {}, 1)
    await trim(services, task)
    assert len(await scene.told(world.ben)) == 1
    async with world.db.tx() as tx:
        await tx.execute("update notification set updated_at = $1", NOON - timedelta(days=31))
    await trim(services, task)
    assert await scene.told(world.ben) == []

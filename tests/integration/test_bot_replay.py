"""Replay: what a version would have said in past conversations, without a trace."""

from typing import Any
from uuid import UUID

import pytest

from harken.bots.replay import find_bot, replay
from harken.kit.errors import NotFound
from harken.port.services import Services
from tests.bots import add_bot
from tests.desk import Desk
from tests.world import World, add_conversation, add_message, caller_of

OLD = 'start: a\nsteps: {a: {type: question, text: "Your number?", field: n}}'
NEW = """
start: a
steps:
  a: {type: choice, text: "Order or else?", options: [{title: order, next: b}, {title: else, next: c}]}
  b: {type: close, text: "It is on its way.", reason: solved}
  c: {type: handoff, reason: other}
"""


async def past(desk: Desk, ada: Any, key: str, *said: str) -> UUID:
    """A conversation: what Bo said, each answered by Ada."""
    conversation = await add_conversation(desk.world, thread_key=key)
    for text in said:
        await add_message(desk.world, conversation, text, at=desk.clock.now())
        await desk.reply(ada, conversation, f"About {text}: yes")
    return conversation


async def test_past_conversations_are_put_to_a_version_and_compared(services: Services, world: World) -> None:
    desk = Desk(world)
    ada = await caller_of(world, world.ada)
    await past(desk, ada, "1", "Hello", "order")
    await past(desk, ada, "2", "Hello", "nonsense", "rubbish", "order")
    await past(desk, ada, "3", "Hello", "I want to speak to a human")
    id = await add_bot(world, "Flow", kind="flow")
    async with world.db.tx() as tx:
        await tx.execute("delete from bot_version where bot_id = $1", id)
        for version, document in ((1, OLD), (2, NEW)):
            await tx.execute(
                "insert into bot_version (workspace_id, bot_id, version, settings) values ($1, $2, $3, $4)",
                world.workspace, id, version, {"document": document},
            )  # fmt: skip
        before = await tx.fetchval("select count(*) from message")
    bot = await find_bot(services, "flow")
    found = await replay(services, bot, 2, 10)
    told: dict[int, list[tuple[str, str]]] = {}
    for point in found.points:
        told.setdefault(point.number, []).append((point.asked, point.verdict))
    assert sorted(told.values()) == [
        [("Hello", "said"), ("I want to speak to a human", "handed_off")],
        [("Hello", "said"), ("nonsense", "missed"), ("rubbish", "handed_off")],
        [("Hello", "said"), ("order", "closed")],
    ]
    closed = next(point for point in found.points if point.verdict == "closed")
    assert (closed.bot, closed.really) == ("It is on its way.", "About order: yes")
    older = await replay(services, bot, 1, 10)
    assert older.counts["closed"] == 0
    async with world.db.connection() as connection:
        assert await connection.fetchval("select count(*) from message") == before, "nothing is stored"
    with pytest.raises(NotFound):
        await replay(services, bot, 3, 10)
    with pytest.raises(NotFound):
        await find_bot(services, "nobody")

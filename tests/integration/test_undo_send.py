"""Taking a message back while it is held: before the claim wholly, after it not at all."""

import asyncio
from datetime import datetime
from uuid import UUID

import msgspec
import pytest

from harken.connectors.api import CONNECTOR
from harken.conversations.actions.delivery_claim import claim, find_due
from harken.conversations.actions.outlet import Outlet
from harken.conversations.actions.reply import Reply, reply
from harken.conversations.actions.withdraw import withdraw
from harken.conversations.model import Message
from harken.events.log import writing
from harken.kit.errors import Conflict, Forbidden
from harken.kit.ids import new_id
from harken.people.model import Caller
from harken.port.capabilities import Capabilities
from tests.desk import Desk
from tests.world import World, add_conversation, add_message, caller_of


def no_id(_channel: UUID, _message: UUID, _at: datetime) -> str | None:
    """The service chooses its own."""
    return None


class Holding(Outlet, frozen=True):
    @property
    def capabilities(self) -> Capabilities:
        return msgspec.structs.replace(CONNECTOR.capabilities({}), undo_seconds=5)


async def sent(desk: Desk, caller: Caller, conversation: UUID, text: str = "Oops") -> Message:
    given = desk.outlet()
    outlet = Holding(given.connector, given.config)
    return (await desk.do(reply, caller, conversation, Reply(str(new_id()), text), outlet))[0]


async def claimed(desk: Desk, message: UUID) -> bool:
    async with writing(desk.db, desk.world.workspace) as w:
        return bool(await claim(w, [(message, 0)], no_id, 15, desk.clock.now()))


async def test_what_is_held_is_not_due_and_can_be_taken_back(world: World) -> None:
    desk, ada = Desk(world), await caller_of(world, world.ada)
    conversation = await add_conversation(world)
    await add_message(world, conversation, "Where is it?")
    before = await desk.get(conversation)
    message = await sent(desk, ada, conversation)
    assert message.delivery is not None and message.delivery.held_until is not None
    async with desk.db.connection() as connection:
        assert await find_due(connection, full_channels=[], limit=10) == []
    back = await desk.do(withdraw, ada, conversation, message.id)
    assert (back.message.text, back.message.attachments) == ("Oops", [])
    line = (await desk.thread(conversation))[-1]
    assert (line.id, line.seq, line.kind, line.text, line.line and line.line.type) == (
        message.id, message.seq, "event", "", "withdrawn",
    )  # fmt: skip
    after = await desk.get(conversation)
    assert after.last_message is not None and after.last_message.preview == "Where is it?"
    assert after.waiting_since is not None and before.handler.kind == "none" and after.handler.id == ada.agent_id
    told = [event for event in await desk.events() if event.type == "message_withdrawn"]
    assert len(told) == 1 and b"Oops" not in told[0].payload.encode()
    assert not await claimed(desk, message.id)


async def test_what_was_claimed_has_left_and_a_colleague_takes_nothing_back(world: World) -> None:
    desk, ada, ben = Desk(world), await caller_of(world, world.ada), await caller_of(world, world.ben)
    conversation = await add_conversation(world)
    message = await sent(desk, ada, conversation)
    with pytest.raises(Forbidden):
        await desk.do(withdraw, ben, conversation, message.id)
    async with desk.db.connection() as connection:
        await connection.execute("update delivery set run_at = now()")
    assert await claimed(desk, message.id)
    with pytest.raises(Conflict) as refused:
        await desk.do(withdraw, ada, conversation, message.id)
    assert refused.value.code == "already_sent"


async def test_of_the_worker_and_the_agent_at_once_exactly_one_has_the_message(world: World) -> None:
    desk, ada = Desk(world), await caller_of(world, world.ada)
    outcomes: set[bool] = set()
    for place in range(30):
        conversation = await add_conversation(world, thread_key=str(place))
        message = await sent(desk, ada, conversation)
        async with desk.db.connection() as connection:
            await connection.execute("update delivery set run_at = now()")
        pair = (taken_back(desk, ada, message), claimed(desk, message.id))
        first = pair if place % 2 else pair[::-1]
        results = await asyncio.gather(*first)
        assert sorted(results) == [False, True]
        outcomes.add(results[0])
    assert outcomes


async def taken_back(desk: Desk, caller: Caller, message: Message) -> bool:
    try:
        async with writing(desk.db, caller.workspace_id) as w:
            await withdraw(w, caller, message.conversation_id, message.id, desk.clock.now())
    except Conflict:
        return False
    return True


async def test_the_same_submit_after_that_sends_nothing(world: World) -> None:
    desk, ada = Desk(world), await caller_of(world, world.ada)
    conversation = await add_conversation(world)
    message = await sent(desk, ada, conversation)
    await desk.do(withdraw, ada, conversation, message.id)
    again, new = await desk.reply(ada, conversation, "Oops", client_message_id=message.client_message_id or "")
    assert (again.id, new) == (message.id, False)

"""A merge of two contacts and its undoing leave a line in the threads that people work on (R22)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from harken.conversations.actions.close import close
from harken.conversations.actions.merge import MOST_OPEN, merge_contacts, separate_contacts
from harken.conversations.actions.receive import Incoming, receive
from harken.conversations.model import Line
from harken.port.messages import InboundMessage
from tests.desk import Desk
from tests.world import NOON, World, add_contact, add_conversation, caller_of


async def test_both_threads_say_who_merged_whom_and_who_undid_it(world: World) -> None:
    desk, ben, cy = Desk(world), await caller_of(world, world.ben), await add_cy(world)
    bos, cys = await add_conversation(world), await written_by_cy(desk)
    merged = await desk.do(merge_contacts, ben, world.bo, cy)
    await desk.do(separate_contacts, ben, world.bo, merged.merges[0].id)
    said = [
        Line("merged", "contact", world.bo, "Bo", reason="Cy"),
        Line("separated", "contact", world.bo, "Bo", reason="Cy"),
    ]
    for conversation in (bos, cys):
        assert await lines(desk, conversation) == said
    assert {m.author.name for m in await desk.thread(cys) if m.line} == {"Ben"}


async def test_a_contact_without_a_name_is_called_by_its_address(world: World) -> None:
    desk, ben = Desk(world), await caller_of(world, world.ben)
    nameless, _ = await add_contact(world.db, world.workspace, "", "api", "x-1", scope=str(world.api_channel))
    bos = await add_conversation(world)
    await desk.do(merge_contacts, ben, world.bo, nameless)
    assert [line.reason for line in await lines(desk, bos)] == ["x-1"]


async def test_each_line_is_one_event_with_its_revision_after_the_move(world: World) -> None:
    desk, ben, cy = Desk(world), await caller_of(world, world.ben), await add_cy(world)
    await add_conversation(world)
    cys = await written_by_cy(desk)
    seq = (await desk.events())[-1].seq
    await desk.do(merge_contacts, ben, world.bo, cy)
    told = await desk.events(seq)
    changed = [each for each in told if each.type == "conversation_contact_changed"]
    assert [each.type for each in told[-2:]] == [each.type for each in changed]
    for event in changed:
        data: Any = msgspec.json.decode(event.payload)
        assert data["conversation"]["revision"] == data["messages"][0]["revision"] == event.seq
        assert data["conversation"]["contact"]["id"] == str(world.bo)
    assert cys in {each.conversation_id for each in changed}


async def test_of_thousands_of_conversations_the_open_ones_and_the_newest_are_told(world: World) -> None:
    desk, ben, cy = Desk(world), await caller_of(world, world.ben), await add_cy(world)
    open_ones = [
        await add_conversation(world, thread_key=str(n), at=NOON + timedelta(hours=n)) for n in range(MOST_OPEN + 2)
    ]
    old, newest = [await written_by_cy(desk, thread=str(n)) for n in range(2)]
    for conversation in (old, newest):
        await desk.do(close, ben, conversation, None, None)
    await desk.do(merge_contacts, ben, world.bo, cy)
    told = [id for id in (*open_ones, old, newest) if "merged" in [line.type for line in await lines(desk, id)]]
    assert told == [*open_ones[2:], newest]


async def test_a_merge_wakes_and_counts_nothing(world: World) -> None:
    desk, ben, cy = Desk(world), await caller_of(world, world.ben), await add_cy(world)
    cys = await written_by_cy(desk)
    before = await desk.get(cys)
    await desk.do(merge_contacts, ben, world.bo, cy)
    after = await desk.get(cys)
    for field in ("status", "handler", "epoch", "last_activity_at", "waiting_since", "last_message", "inbound_count"):
        assert getattr(after, field) == getattr(before, field)


async def add_cy(world: World) -> UUID:
    return (await add_contact(world.db, world.workspace, "Cy", "api", "cy-7", scope=str(world.api_channel)))[0]


async def written_by_cy(desk: Desk, thread: str = "") -> UUID:
    message = InboundMessage(f"m-{thread}", "cy-7", "Hello", name="", thread_key=thread)
    return (await desk.do(receive, [Incoming(desk.world.api_channel, "api", False, message)]))[0].conversation_id


async def lines(desk: Desk, conversation: UUID) -> list[Line]:
    return [message.line for message in await desk.thread(conversation) if message.line]

"""What agents do to conversations: who has it then, what the thread says, which event tells the others."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from harken.conversations import store
from harken.conversations.actions.close import close, reopen
from harken.conversations.actions.handler import Assignment, assign, return_all_of
from harken.conversations.actions.label import put_labels
from harken.conversations.actions.note import note
from harken.conversations.actions.read import mark_read
from harken.conversations.actions.start import Start, start
from harken.conversations.model import ConversationChanged, Handler
from harken.events.types import SYSTEM
from harken.kit.errors import Conflict, Forbidden, Invalid, NotFound
from harken.labels.actions import create_label, remove_label
from harken.people.model import Caller
from tests.desk import Desk
from tests.world import World, add_conversation, add_message, caller_of


@dataclass
class Scene:
    """Bo has written; Ben and Cleo (of Orders), and Sue the supervisor are at their desks."""

    desk: Desk
    world: World
    conversation: UUID
    ben: Caller
    cleo: Caller
    sue: Caller

    async def assign(self, caller: Caller, kind: str, id: UUID | None = None, **given: object) -> None:
        await self.desk.do(assign, caller, self.conversation, Assignment(kind, id, **given))  # pyright: ignore[reportArgumentType]


@pytest.fixture
async def scene(world: World) -> Scene:
    conversation = await add_conversation(world, team=world.orders)
    await add_message(world, conversation, "Where is my parcel?")
    callers = [await caller_of(world, agent) for agent in (world.ben, world.cleo, world.sue)]
    return Scene(Desk(world), world, conversation, *callers)


async def only_event(scene: Scene, since: int) -> tuple[str, ConversationChanged]:
    """The one event of the action since then."""
    events = await scene.desk.events(since)
    assert len(events) == 1
    return events[0].type, msgspec.json.decode(events[0].payload, type=ConversationChanged)


async def seq(scene: Scene) -> int:
    return max((event.seq for event in await scene.desk.events()), default=1)


async def test_a_reply_makes_the_conversation_the_agents_in_the_same_event(scene: Scene) -> None:
    since = await seq(scene)
    message, new = await scene.desk.reply(scene.ben, scene.conversation, "On its way.", epoch=0)
    kind, changed = await only_event(scene, since)
    assert new and kind == "message_added"
    assert changed.conversation == await scene.desk.get(scene.conversation)
    assert changed.conversation.handler == Handler("agent", scene.ben.agent_id)
    assert changed.conversation.epoch == 1 and changed.conversation.waiting_since is None
    assert changed.previous and changed.previous.handler == Handler("none")
    assert [m.line.type if m.line else m.text for m in changed.messages] == ["picked", "On its way."]
    assert message.delivery and message.delivery.state == "queued"
    assert await scene.desk.thread(scene.conversation) == [
        *(await scene.desk.thread(scene.conversation))[:1], *changed.messages
    ]  # fmt: skip


async def test_a_repeated_submit_is_one_message(scene: Scene) -> None:
    first, new = await scene.desk.reply(scene.ben, scene.conversation, "Once", client_message_id="same")
    again, repeated = await scene.desk.reply(scene.ben, scene.conversation, "Once", client_message_id="same")
    assert (first.id, new, repeated) == (again.id, True, False)
    assert [m.text for m in await scene.desk.thread(scene.conversation) if m.direction == "out"] == ["Once"]


async def test_the_second_to_answer_is_told_who_took_it_and_may_take_it_over(scene: Scene) -> None:
    await scene.desk.reply(scene.ben, scene.conversation, epoch=0)
    with pytest.raises(Conflict) as told:
        await scene.desk.reply(scene.cleo, scene.conversation, epoch=0)
    assert told.value.code == "handler_changed"
    assert told.value.fields == {"handler": Handler("agent", scene.ben.agent_id), "handler_name": "Ben", "epoch": 1}
    await scene.desk.reply(scene.cleo, scene.conversation, epoch=0, take_over=True)
    assert (await scene.desk.get(scene.conversation)).handler.id == scene.cleo.agent_id
    lines = [m.line for m in await scene.desk.thread(scene.conversation) if m.line]
    assert [line.type for line in lines] == ["picked", "taken_over"]
    assert lines[1].target_id == lines[0].target_id, "the line names whom it was taken from"


async def test_an_agent_may_send_a_second_message_before_the_first_is_confirmed(scene: Scene) -> None:
    await scene.desk.reply(scene.ben, scene.conversation, "One", epoch=0)
    _, new = await scene.desk.reply(scene.ben, scene.conversation, "Two", epoch=0)
    assert new


async def test_a_bot_is_interrupted_only_by_taking_over(scene: Scene) -> None:
    bot = uuid4()
    async with scene.world.db.tx() as tx:
        await tx.execute("insert into bot (id, workspace_id, name) values ($1, $2, 'Robo')", bot, scene.world.workspace)
    await scene.assign(scene.ben, "bot", bot)
    with pytest.raises(Conflict) as told:
        await scene.desk.reply(scene.ben, scene.conversation)
    assert told.value.fields["handler_name"] == "Robo"
    await scene.desk.reply(scene.ben, scene.conversation, take_over=True)
    assert (await scene.desk.get(scene.conversation)).epoch == 2


async def test_a_reply_that_the_channel_does_not_take_changes_nothing(scene: Scene) -> None:
    for text, code in (("  ", "required"), ("x" * 20_001, "too_long")):
        with pytest.raises(Invalid) as refused:
            await scene.desk.reply(scene.ben, scene.conversation, text)
        assert refused.value.fields["errors"] == [{"field": "text", "code": code}]
    with pytest.raises(Invalid):
        await scene.desk.reply(scene.ben, scene.conversation, attachment_ids=[uuid4()])
    assert (await scene.desk.get(scene.conversation)).handler == Handler("none")


async def test_a_note_assigns_nobody_and_keeps_the_customer_waiting(scene: Scene) -> None:
    since = await seq(scene)
    added, _ = await scene.desk.do(note, scene.ben, scene.conversation, "Ask @Cleo", [scene.cleo.agent_id], "note-1")
    kind, changed = await only_event(scene, since)
    assert (kind, added.kind, added.mentions) == ("note_added", "note", [scene.cleo.agent_id])
    assert changed.conversation.handler == Handler("none") and changed.conversation.waiting_since is not None
    assert changed.conversation.last_message and changed.conversation.last_message.preview == "Ask @Cleo"


async def test_picking_what_is_mine_already_changes_nothing(scene: Scene) -> None:
    await scene.assign(scene.ben, "agent", scene.ben.agent_id)
    since = await seq(scene)
    await scene.assign(scene.ben, "agent", scene.ben.agent_id, epoch=0)
    assert await scene.desk.events(since) == []


async def test_who_picks_with_an_old_epoch_is_refused(scene: Scene) -> None:
    await scene.assign(scene.ben, "agent", scene.ben.agent_id, epoch=0)
    with pytest.raises(Conflict):
        await scene.assign(scene.cleo, "agent", scene.cleo.agent_id, epoch=0)


async def test_a_forward_carries_its_note_and_tells_who_loses_sight(scene: Scene) -> None:
    await scene.assign(scene.ben, "agent", scene.ben.agent_id)
    since = await seq(scene)
    await scene.assign(scene.ben, "none", team_id=scene.world.returns, move=True, note="They want the money back")
    kind, changed = await only_event(scene, since)
    assert kind == "conversation_assigned"
    assert [m.line.target_name if m.line else m.text for m in changed.messages] == [
        "Returns",
        "They want the money back",
    ]
    audience = (await scene.desk.events(since))[0].audience
    assert audience.before and audience.after
    assert (audience.before.team_id, audience.after.team_id) == (scene.world.orders, scene.world.returns)
    with pytest.raises(NotFound):
        await scene.desk.reply(scene.ben, scene.conversation)


async def test_only_a_supervisor_gives_a_colleagues_conversation_away(scene: Scene) -> None:
    await scene.assign(scene.ben, "agent", scene.ben.agent_id)
    with pytest.raises(Forbidden):
        await scene.assign(scene.cleo, "none")
    await scene.assign(scene.sue, "agent", scene.cleo.agent_id)
    assert (await scene.desk.get(scene.conversation)).handler.id == scene.cleo.agent_id


async def test_closing_keeps_who_when_and_why(scene: Scene) -> None:
    await scene.assign(scene.ben, "agent", scene.ben.agent_id)
    closed = await scene.desk.do(close, scene.ben, scene.conversation, "solved", 1)
    assert closed.closed and (closed.closed.by.name, closed.closed.reason) == ("Ben", "solved")
    assert closed.closed.at == scene.desk.clock.now()
    assert (closed.handler, closed.epoch, closed.waiting_since) == (Handler("none"), 2, None)
    assert closed == await scene.desk.get(scene.conversation)


async def test_a_reply_to_a_closed_conversation_goes_only_when_it_is_taken(scene: Scene) -> None:
    await scene.desk.do(close, scene.ben, scene.conversation, None, None)
    with pytest.raises(Conflict) as told:
        await scene.desk.reply(scene.ben, scene.conversation)
    assert told.value.code == "conversation_closed"
    await scene.desk.reply(scene.ben, scene.conversation, take_over=True)
    assert (await scene.desk.get(scene.conversation)).status == "open"


async def test_who_reopens_has_it_unless_another_is_open_there(scene: Scene) -> None:
    await scene.desk.do(close, scene.ben, scene.conversation, None, None)
    other = await add_conversation(scene.world, team=scene.world.orders)
    with pytest.raises(Conflict) as told:
        await scene.desk.do(reopen, scene.cleo, scene.conversation)
    assert (told.value.code, told.value.fields) == ("open_exists", {"conversation_id": other})
    await scene.desk.do(close, scene.ben, other, None, None)
    reopened = await scene.desk.do(reopen, scene.cleo, scene.conversation)
    assert reopened.handler.id == scene.cleo.agent_id and reopened.closed is None


async def test_a_read_mark_moves_forward_only_and_tells_its_owner_alone(scene: Scene) -> None:
    second = await add_message(scene.world, scene.conversation, "Hello?")
    first = (await scene.desk.thread(scene.conversation))[0].id
    since = await seq(scene)
    await scene.desk.do(mark_read, scene.ben, scene.conversation, second)
    await scene.desk.do(mark_read, scene.ben, scene.conversation, first)
    (event,) = await scene.desk.events(since)
    assert event.audience.agent_id == scene.ben.agent_id
    counts: list[int | None] = []
    async with scene.world.db.connection() as connection:
        for caller in (scene.ben, scene.cleo):
            found = await store.get_visible(connection, caller, scene.conversation)
            counts.append(found.read_count)
    assert counts == [2, 0]


async def test_an_agent_starts_a_conversation_or_gets_the_open_one(scene: Scene) -> None:
    wanted = Start("start-1", "Your parcel has arrived.", address="eve@example.com", name="Eve")
    started, new = await scene.desk.do(start, scene.ben, scene.desk.outlet(), wanted)
    assert new and started.handler.id == scene.ben.agent_id and started.contact.name == "Eve"
    again, repeated = await scene.desk.do(start, scene.ben, scene.desk.outlet(), wanted)
    assert (again.id, repeated) == (started.id, False)
    by_contact = Start("start-2", "Hello again", contact_id=started.contact.id)
    assert (await scene.desk.do(start, scene.cleo, scene.desk.outlet(), by_contact))[0].id == started.id


async def test_labels_come_and_go_also_from_conversations(scene: Scene) -> None:
    label = await scene.desk.do(create_label, SYSTEM, "VIP", "red")
    labelled = await scene.desk.do(put_labels, scene.ben, scene.conversation, [label.id])
    assert labelled.labels == [label.id]
    await scene.desk.do(remove_label, SYSTEM, label.id)
    assert (await scene.desk.get(scene.conversation)).labels == []


async def test_a_leaving_agents_conversations_go_back_to_the_inbox(scene: Scene) -> None:
    await scene.assign(scene.ben, "agent", scene.ben.agent_id)
    returned = await scene.desk.do(return_all_of, SYSTEM, scene.ben.agent_id)
    assert returned == [scene.conversation]
    found = await scene.desk.get(scene.conversation)
    assert (found.handler, found.team_id, found.epoch) == (Handler("none"), scene.world.orders, 2)


async def test_what_an_agent_may_not_see_does_not_exist_for_them(scene: Scene) -> None:
    await scene.assign(scene.sue, "none", team_id=scene.world.returns, move=True)
    attempts: list[tuple[Any, ...]] = [
        (assign, Assignment("agent", scene.ben.agent_id)),
        (close, None, None),
        (reopen,),
        (note, "psst", [], "n"),
        (mark_read, None),
        (put_labels, []),
    ]
    for action, *arguments in attempts:
        with pytest.raises(NotFound):
            await scene.desk.do(action, scene.ben, scene.conversation, *arguments)  # pyright: ignore[reportArgumentType]

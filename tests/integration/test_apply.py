"""After any action, the events applied to the old state are the state of a page opened now, for everybody.

The same examples are in tests/examples/apply/*.json for the browser's apply. HARKEN_WRITE_EXAMPLES=1 writes them anew.
"""

import json
import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from msgspec.structs import replace

from harken.contacts.store import get_detail
from harken.conversations.actions.close import close, reopen
from harken.conversations.actions.delivery import News, take_news
from harken.conversations.actions.handler import Assignment, assign, return_all_of
from harken.conversations.actions.label import put_labels
from harken.conversations.actions.merge import merge_contacts, separate_contacts
from harken.conversations.actions.note import note
from harken.conversations.actions.priority import prioritise
from harken.conversations.actions.react import react
from harken.conversations.actions.read import mark_read
from harken.conversations.actions.receive import Incoming, receive
from harken.conversations.actions.receive_reactions import receive_reaction
from harken.conversations.actions.snooze import snooze, wake
from harken.conversations.actions.start import Start, start
from harken.events.types import SYSTEM
from harken.labels.actions import change_label, create_label, remove_label
from harken.people.model import Caller
from harken.port.messages import InboundMessage, InboundReaction
from harken.savedviews.actions import change_saved_view, create_saved_view, remove_saved_view
from harken.savedviews.model import ListFilter
from tests.apply import State, apply, as_known, frames_since, fresh_state
from tests.desk import CONNECTORS, Desk
from tests.world import World, add_conversation, add_message, caller_of

EXAMPLES = Path(__file__).parents[1] / "examples" / "apply"
Step = tuple[str, Callable[[], Awaitable[Any]]]


async def test_applying_the_events_of_any_action_gives_what_a_fresh_page_shows(world: World) -> None:
    callers = [await caller_of(world, agent) for agent in (world.ada, world.ben, world.cleo)]
    written: dict[str, Any] = {}
    async for name, action in steps(world, *callers):
        before = {caller.name: await fresh_state(world.db, caller, CONNECTORS) for caller in callers}
        await action()
        example: list[Any] = []
        for caller in callers:
            old = before[caller.name]
            frames = await frames_since(world.db, caller, old["seq"])
            applied = apply(old, frames, caller)
            seen = as_known(await fresh_state(world.db, caller, CONNECTORS), applied)
            assert applied == seen, f"{name}, as {caller.name} sees it"
            shown: Iterator[State] = (
                {**state, "channels": {}} for state in (old, seen)
            )  # what connectors can do is not the matter here
            example.append({"caller": caller.name, "before": next(shown), "frames": frames, "after": next(shown)})
        assert any(entry["frames"] for entry in example), f"{name} told nobody"
        written[name] = example
    check_examples(written)


async def steps(world: World, ada: Caller, ben: Caller, cleo: Caller) -> AsyncIterator[Step]:
    """Every action once, on a few conversations that differ in who may see them."""
    desk = Desk(world)
    one = await add_conversation(world, team=world.orders)
    await add_message(world, one, "Where is my parcel?", at=desk.clock.now())
    two = await add_conversation(world, thread_key="2", at=desk.clock.now() + timedelta(seconds=1))
    bot = uuid4()
    async with world.db.tx() as tx:
        await tx.execute("insert into bot (id, workspace_id, name) values ($1, $2, 'Robo')", bot, world.workspace)

    def to(caller: Caller, conversation: UUID, kind: str, id: UUID | None = None, **given: Any) -> Any:
        return desk.do(assign, caller, conversation, Assignment(kind, id, **given))  # pyright: ignore[reportArgumentType]

    yield "pick", lambda: to(ben, one, "agent", ben.agent_id)
    yield "reply", lambda: desk.reply(ben, one, "On its way.", client_message_id="reply-1")
    yield "reply assigns", lambda: desk.reply(ben, two, "Hello!", client_message_id="reply-2")
    yield "take over", lambda: desk.reply(cleo, one, "I have news.", client_message_id="reply-3", take_over=True)
    yield "note", lambda: desk.do(note, ben, one, "She is a regular", [cleo.agent_id], "note-1")
    yield "read", lambda: desk.do(mark_read, ben, one, None)
    yield "forward to an agent", lambda: to(cleo, one, "agent", ben.agent_id, note="Yours, please")
    yield "return to the Inbox", lambda: to(ben, one, "none")
    yield "forward to a team", lambda: to(ben, one, "none", team_id=world.returns, move=True)
    yield "forward to an agent outside the team", lambda: to(cleo, one, "agent", ben.agent_id)
    yield "hand to a bot", lambda: to(ben, one, "bot", bot)
    yield "take over from a bot", lambda: to(cleo, one, "agent", cleo.agent_id)
    label = await desk.do(create_label, SYSTEM, "VIP", "red")
    yield "label", lambda: desk.do(put_labels, cleo, one, [label.id])
    yield "rename a label", lambda: desk.do(change_label, SYSTEM, label.id, "Very important", None)
    yield "close", lambda: desk.do(close, cleo, one, "solved", None)
    yield "reopen", lambda: desk.do(reopen, cleo, one)
    yield "remove a label", lambda: desk.do(remove_label, SYSTEM, label.id)
    eve = Start("start-1", "Your order is ready.", address="eve@example.com", name="Eve")
    yield "start a conversation", lambda: desk.do(start, cleo, desk.outlet(), eve)
    yield "deactivate an agent", lambda: desk.do(return_all_of, SYSTEM, cleo.agent_id)
    async for step in inbound_steps(world, desk, ada, one):
        yield step
    async for step in desk_steps(world, desk, ada, ben, one):
        yield step
    async for step in contact_steps(world, desk, ben):
        yield step


async def inbound_steps(world: World, desk: Desk, ada: Caller, one: UUID) -> AsyncIterator[Step]:
    """What customers and services cause."""

    def incoming(id: str, address: str, text: str, name: str = "", **given: Any) -> Incoming:
        return Incoming(world.api_channel, "api", False, InboundMessage(id, address, text, name, **given))

    def says(*messages: Incoming) -> Any:
        return desk.do(receive, messages)

    def told(state: Any, message_id: UUID, error: str | None = None) -> Any:
        return desk.do(take_news, [News(world.api_channel, state, message_id=message_id, error=error)])

    yield "an unknown customer writes", lambda: says(incoming("in-1", "dora@example.com", "Hello?", "Dora"))
    batch = [incoming(f"in-{n}", f"c{n % 2}@example.com", f"Message {n}", f"Customer {n % 2}") for n in range(2, 6)]
    yield "a batch of two customers", lambda: says(*batch)
    yield "a customer writes again", lambda: says(incoming("in-9", "bo@example.com", "Any news?"))
    sent, _ = await desk.reply(ada, one, "It left today.", client_message_id="reply-9", take_over=True)
    yield "an answer is delivered", lambda: told("delivered", sent.id)
    yield "an answer is read", lambda: told("read", sent.id)
    failing, _ = await desk.reply(ada, one, "And this is the number.", client_message_id="reply-10")
    yield "an answer fails", lambda: told("failed", failing.id, "The number is gone.")
    await desk.do(close, ada, one, None, None)
    yield "the customer reopens it", lambda: says(incoming("in-10", "bo@example.com", "One more thing"))


async def desk_steps(world: World, desk: Desk, ada: Caller, ben: Caller, one: UUID) -> AsyncIterator[Step]:
    """What agents do to order their desk."""
    until = desk.clock.now() + timedelta(days=1)
    bo = InboundMessage("in-20", "bo@example.com", "Are you there?", "")
    hello = (await desk.thread(one))[0]
    reacted = InboundReaction("bo@example.com", "🎉", message_id=hello.id)
    yield "put aside until a time", lambda: desk.do(snooze, ada, one, until, None)
    yield "its time has come", lambda: desk.do(wake, one, until)
    yield "put aside until the customer writes", lambda: desk.do(snooze, ada, one, None, None)
    yield "the customer wakes it", lambda: desk.do(receive, [Incoming(world.api_channel, "api", False, bo)])
    await desk.do(snooze, ada, one, until, None)
    yield "return what is put aside to the Inbox", lambda: desk.do(assign, ada, one, Assignment("none", None))
    await desk.do(snooze, ada, one, until, None)
    yield (
        "forward what is put aside to a team",
        lambda: desk.do(assign, ada, one, Assignment("none", None, world.orders, move=True)),
    )
    await desk.do(snooze, ada, one, None, None)
    yield "close what is put aside", lambda: desk.do(close, ada, one, None, None)
    await desk.do(reopen, ada, one)
    yield "prioritise", lambda: desk.do(prioritise, ada, one, "urgent")
    yield "react", lambda: desk.do(react, ada, one, hello.id, "👍", desk.outlet())
    yield "the customer reacts", lambda: desk.do(receive_reaction, world.api_channel, reacted)
    urgent = ListFilter(priority="urgent", sort="waiting")
    yield "save a view", lambda: desk.do(create_saved_view, ben, "Urgent", "mine", "inbox", urgent, 1)
    shared = await desk.do(create_saved_view, ada, "Everybody waits", "everyone", "active", ListFilter(waiting=True), 2)
    yield (
        "rename a shared view",
        lambda: desk.do(change_saved_view, ada, shared.id, replace(shared, name="All who wait")),
    )
    yield "keep a view for oneself", lambda: desk.do(change_saved_view, ada, shared.id, replace(shared, scope="mine"))
    yield "remove a view", lambda: desk.do(remove_saved_view, ada, shared.id)


async def contact_steps(world: World, desk: Desk, ben: Caller) -> AsyncIterator[Step]:
    """Two customers turn out to be one, and not."""
    async with world.db.connection() as tx:
        eve = await tx.fetchval("select contact_id from identity where address = 'eve@example.com'")
    yield "merge two contacts", lambda: desk.do(merge_contacts, ben, world.bo, eve)
    async with world.db.connection() as tx:
        merged = (await get_detail(tx, ben, world.bo)).merges[0].id
    yield "separate them again", lambda: desk.do(separate_contacts, ben, world.bo, merged)


def check_examples(written: dict[str, Any]) -> None:
    """The committed files say the same, with ids in order of their first appearance."""
    for place, (name, example) in enumerate(written.items(), 1):
        path = EXAMPLES / f"{place:02}-{name.lower().replace(' ', '-')}.json"
        text = json.dumps(stable({"action": name, "callers": example}), indent=1, ensure_ascii=False) + "\n"
        if os.environ.get("HARKEN_WRITE_EXAMPLES"):
            path.write_text(text)
        assert path.read_text() == text, f"{path.name} differs: HARKEN_WRITE_EXAMPLES=1 writes the examples anew"


def stable(example: Any) -> Any:
    """Random ids replaced by numbered ones."""
    text = json.dumps(example)
    found = dict.fromkeys(re.findall(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", text))
    for number, id in enumerate(found, 1):
        text = text.replace(id, f"00000000-0000-7000-8000-{number:012}")
    return json.loads(text)

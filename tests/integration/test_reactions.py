"""Reactions, and messages that answer a message: both ways."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from harken.conversations.actions.delivery_claim import claim
from harken.conversations.actions.note import note
from harken.conversations.actions.react import SEND_REACTION, react
from harken.conversations.actions.receive import Incoming, receive
from harken.conversations.actions.receive_reactions import receive_reaction
from harken.conversations.model import Message
from harken.events.log import writing
from harken.kit.errors import Conflict, Invalid, NotFound
from harken.kit.ids import new_id
from harken.people.model import Caller
from harken.port.messages import InboundMessage, InboundReaction
from tests.desk import Desk
from tests.world import World, add_conversation, add_message, caller_of


class Chat:
    """Bo's conversation, which Ben answers."""

    def __init__(self, desk: Desk, ben: Caller, conversation: UUID, hello: UUID) -> None:
        self.desk, self.ben, self.conversation, self.hello = desk, ben, conversation, hello

    async def react(self, emoji: str, message: UUID | None = None, caller: Caller | None = None) -> Message:
        arguments = (caller or self.ben, self.conversation, message or self.hello, emoji, self.desk.outlet())
        return await self.desk.do(react, *arguments)

    async def hears(self, emoji: str, **about: Any) -> bool:
        address: str = about.pop("address", "bo@example.com")
        reaction = InboundReaction(address, emoji, **about)
        return await self.desk.do(receive_reaction, self.desk.world.api_channel, reaction)

    async def message(self, id: UUID) -> Message:
        return next(m for m in await self.desk.thread(self.conversation) if m.id == id)


@pytest.fixture
async def chat(world: World) -> Chat:
    conversation = await add_conversation(world, handler=world.ben)
    hello = await add_message(world, conversation, "Hello")
    return Chat(Desk(world), await caller_of(world, world.ben), conversation, hello)


def shown(message: Message) -> list[tuple[str, str]]:
    return [(r.emoji, r.author.name) for r in message.reactions]


async def test_each_has_one_reaction_and_another_takes_its_place(chat: Chat, world: World) -> None:
    cleo = await caller_of(world, world.cleo)
    await chat.react("👍")
    await chat.react("🎉", caller=cleo)
    assert shown(await chat.react("❤️")) == [("🎉", "Cleo"), ("❤️", "Ben")]
    events = len(await chat.desk.events())
    assert shown(await chat.react("❤️")) == [("🎉", "Cleo"), ("❤️", "Ben")]
    assert len(await chat.desk.events()) == events, "what stands already is no event"
    assert shown(await chat.react("")) == [("🎉", "Cleo")]
    assert await chat.message(chat.hello) == (await chat.react(""))
    async with world.db.connection() as connection:
        told = await connection.fetch("select payload from task where kind = $1 order by created_at", SEND_REACTION)
    assert [row["payload"]["emoji"] for row in told] == ["👍", "🎉", "❤️", ""]


async def test_a_reaction_is_refused_where_there_can_be_none(chat: Chat, world: World) -> None:
    noted, _ = await chat.desk.do(note, chat.ben, chat.conversation, "Between us", [], "n1")
    with pytest.raises(Conflict) as caught:
        await chat.react("👍", noted.id)
    assert caught.value.code == "not_supported"
    for emoji in ("ok", "<b>", "👍👍"):
        with pytest.raises(Invalid):
            await chat.react(emoji)
    elsewhere = await add_message(world, await add_conversation(world, thread_key="2"), "Other")
    with pytest.raises(NotFound):
        await chat.react("👍", elsewhere)


async def test_a_customers_reaction_shows_and_changes_nothing_else(chat: Chat, world: World) -> None:
    sent, _ = await chat.desk.reply(chat.ben, chat.conversation, "Hello Bo")
    before = await chat.desk.get(chat.conversation)
    assert not await chat.hears("👍", message_id=sent.id), "which nobody has got yet"
    async with world.db.tx() as tx:
        await tx.execute("update delivery set state = 'sent'")
    assert await chat.hears("👍", message_id=sent.id)
    assert shown(await chat.message(sent.id)) == [("👍", "Bo")]
    assert await chat.hears("", message_id=sent.id)
    assert shown(await chat.message(sent.id)) == []
    assert await chat.desk.get(chat.conversation) == before
    assert not await chat.hears("👍", message_id=sent.id, address="eve@example.com"), "who is not of the conversation"
    assert not await chat.hears("👍", message_id=new_id())
    assert not await chat.hears("hello", message_id=sent.id)
    async with world.db.connection() as connection:
        assert await connection.fetchval("select count(*) from contact") == 1


def chooses_itself(channel_id: UUID, message_id: UUID, at: datetime) -> str | None:
    return None


async def test_a_customers_answer_names_our_message_and_ours_names_theirs(chat: Chat, world: World) -> None:
    sent, _ = await chat.desk.reply(chat.ben, chat.conversation, "Which size?")

    async def says(id: str, *replies_to: str) -> Message:
        message = InboundMessage(id, "bo@example.com", "This one", replies_to=replies_to)
        received = await chat.desk.do(receive, [Incoming(world.api_channel, "api", False, message, answers=True)])
        return await chat.message(received[0].message_id)

    answer = await says("in-1", str(sent.id))
    assert answer.reply_to == sent.id
    assert (await says("in-2", "unknown", "in-1")).reply_to == answer.id
    assert (await says("in-3", "unknown")).reply_to is None
    ours, _ = await chat.desk.reply(chat.ben, chat.conversation, "Noted", reply_to=answer.id)
    async with writing(world.db, world.workspace) as w:
        claims = await claim(w, [(sent.id, 0), (ours.id, 0)], chooses_itself, 30, chat.desk.clock.now())
    assert [c.outbound.reply_to for c in claims] == [None, "in-1"]


async def test_an_answer_to_a_note_or_to_another_conversation_is_refused(chat: Chat, world: World) -> None:
    noted, _ = await chat.desk.do(note, chat.ben, chat.conversation, "Between us", [], "n1")
    elsewhere = await add_message(world, await add_conversation(world, thread_key="2"), "Other")
    for id in (noted.id, elsewhere, new_id()):
        with pytest.raises(Invalid):
            await chat.desk.reply(chat.ben, chat.conversation, "Yes", reply_to=id)

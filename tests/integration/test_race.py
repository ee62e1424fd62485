"""Two agents answer at once, each over a connection of their own: one owner, always (R6)."""

import asyncio
from uuid import UUID

import pytest

from harken.conversations.actions.reply import Reply, reply
from harken.conversations.model import Message
from harken.events.log import writing
from harken.kit.errors import Conflict
from harken.kit.ids import new_id
from harken.people.model import Caller
from tests.desk import Desk
from tests.world import World, add_conversation, caller_of

ROUNDS = 1000


@pytest.mark.slow
async def test_of_two_who_answer_at_once_one_has_it_and_the_other_is_told(world: World) -> None:
    desk = Desk(world)
    ben, cleo = await caller_of(world, world.ben), await caller_of(world, world.cleo)
    winners: set[UUID] = set()
    for place in range(ROUNDS):
        conversation = await add_conversation(world, thread_key=str(place))
        pair = (ben, cleo) if place % 2 else (cleo, ben)
        outcomes = await asyncio.gather(*(answer(desk, caller, conversation) for caller in pair))
        sent = [outcome for outcome in outcomes if isinstance(outcome, Message)]
        refused = [outcome for outcome in outcomes if isinstance(outcome, Conflict)]
        assert (len(sent), len(refused)) == (1, 1)
        assert refused[0].code == "handler_changed"
        assert refused[0].fields["handler_name"] == sent[0].author.name
        owner = sent[0].author.id
        assert owner is not None
        winners.add(owner)
    async with world.db.connection() as connection:
        wrong = await connection.fetchval(WITHOUT_ONE_OWNER)
    assert wrong == 0, "a conversation whose handler is not the author of its only message"
    assert winners == {ben.agent_id, cleo.agent_id}, "one of them always won: they did not race"


WITHOUT_ONE_OWNER = """
select count(*)
from conversation c
where c.handler_kind <> 'agent' or 1 <> (
    select count(*)
    from message m
    where m.conversation_id = c.id and m.kind = 'message' and m.author_id = c.handler_id
)
"""


async def answer(desk: Desk, caller: Caller, conversation: UUID) -> Message | Conflict:
    """What the agent gets: the message, or the conflict."""
    submitted = Reply(str(new_id()), "I take this", epoch=0)
    try:
        async with writing(desk.db, caller.workspace_id) as w:
            return (await reply(w, caller, conversation, submitted, desk.outlet(), desk.clock.now()))[0]
    except Conflict as conflict:
        return conflict

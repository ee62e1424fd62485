"""What a bot gave to people is on top of the Inbox until somebody takes it."""

from uuid import UUID

import pytest

from harken.bots.protocol import HandOff, Outcome, Turn
from harken.conversations.actions.close import close
from harken.conversations.actions.handler import Assignment, assign
from harken.port.services import Services
from tests.apply import read_view
from tests.bots import BotStage, bot_stage
from tests.world import World, add_conversation, caller_of


@pytest.fixture
async def stage(services: Services, world: World) -> BotStage:
    async def gives_up(turn: Turn) -> Outcome:
        return Outcome([HandOff("refund")])

    stage = await bot_stage(services, world)
    stage.puppet.reply = gives_up
    return stage


async def inbox(stage: BotStage) -> list[tuple[UUID, str | None]]:
    ben = await caller_of(stage.world, stage.world.ben)
    return [(UUID(each["id"]), each["handed_off"]) for each in await read_view(stage.world.db, ben, "inbox")]


async def test_what_is_handed_off_stands_above_who_has_waited_longer(stage: BotStage) -> None:
    patient = await add_conversation(stage.world, thread_key="patient", at=stage.clock.now())
    await stage.later(hours=30)
    handed = await stage.says("Refund!")
    await stage.turn()
    assert await inbox(stage) == [(handed, "refund"), (patient, None)]
    await stage.says("Is anybody there?")
    assert (await inbox(stage))[0] == (handed, "refund"), "writing on does not lose the place"


async def test_who_takes_it_or_closes_it_ends_that(stage: BotStage) -> None:
    ben = await caller_of(stage.world, stage.world.ben)
    handed = await stage.says("Refund!")
    await stage.turn()
    await stage.desk.do(assign, ben, handed, Assignment("none", None, team_id=stage.world.orders, move=True))
    assert await inbox(stage) == [(handed, "refund")], "forwarded, nobody has looked after it yet"
    await stage.desk.do(assign, ben, handed, Assignment("agent", ben.agent_id))
    await stage.desk.do(assign, ben, handed, Assignment("none", None))
    assert await inbox(stage) == [(handed, None)]
    closed = await stage.says("Me too!", who="cleo@example.com")
    await stage.turn()
    await stage.desk.do(close, ben, closed, None, None)
    assert (await stage.desk.get(closed)).handed_off is None

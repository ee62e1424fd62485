"""What who watches a bot is shown: why it may need a person, and what it knows."""

from typing import Any
from uuid import UUID

import pytest

from harken.bots.protocol import BotFailed, HandOff, Outcome, Say, SetFields, Turn
from harken.port.services import Services
from tests.bots import BotStage, bot_stage
from tests.world import World


@pytest.fixture
async def stage(services: Services, world: World) -> BotStage:
    return await bot_stage(services, world)


def doing(*outcomes: Outcome | BotFailed) -> Any:
    """One after the other."""
    left = list(outcomes)

    async def reply(turn: Turn) -> Outcome:
        outcome = left.pop(0)
        if isinstance(outcome, BotFailed):
            raise outcome
        return outcome

    return reply


async def help_of(stage: BotStage, conversation: UUID) -> str | None:
    bot = (await stage.desk.get(conversation)).bot
    return bot.help.reason if bot and bot.help else None


async def test_who_loses_patience_is_raised_before_the_bot_answers_and_stays_the_bots(stage: BotStage) -> None:
    seen: list[str | None] = []

    async def reply(turn: Turn) -> Outcome:
        seen.append(await help_of(stage, turn.conversation.id))
        return Outcome([Say(f"Answer {len(seen)}")])

    stage.puppet.reply = reply
    for text in ("Where is my lamp?", "this is the third time I ask!!", "ok, thanks", "You are not listening"):
        conversation = await stage.says(text)
        await stage.turn()
        seen.append(await help_of(stage, conversation))
    assert seen == [None, None, "unhappy", "unhappy", "unhappy", None, "unhappy", "unhappy"]
    assert (await stage.desk.get(conversation)).handler.kind == "bot"


async def test_a_customer_who_waits_long_for_the_bot_is_raised_until_it_answers(stage: BotStage) -> None:
    """A turn that no worker takes; the watchdog looks."""
    conversation = await stage.says("Hello")
    stage.puppet.reply = doing(Outcome([Say("Hello!")]))
    await stage.later(seconds=59)
    assert await help_of(stage, conversation) is None
    await stage.later(seconds=2)
    raised = await stage.desk.get(conversation)
    assert (await help_of(stage, conversation), raised.handler.kind) == ("waiting", "bot")
    await stage.later(seconds=2)
    assert (await stage.desk.get(conversation)).revision == raised.revision, "it is raised once"
    await stage.turn()
    assert await help_of(stage, conversation) is None


async def test_a_bot_that_needed_a_second_try_is_slow_until_it_answers_at_once(stage: BotStage) -> None:
    stage.puppet.reply = doing(BotFailed("timeout", "Too slow"), Outcome([Say("One")]), Outcome([Say("Two")]))
    conversation = await stage.says("Hello")
    await stage.turn()
    assert await help_of(stage, conversation) == "slow"
    await stage.later(seconds=2)
    await stage.turn()
    assert [m.text for m in await stage.desk.thread(conversation)][-1] == "One"
    assert await help_of(stage, conversation) == "slow"
    await stage.says("And?")
    await stage.turn()
    assert await help_of(stage, conversation) is None


async def test_who_watches_sees_what_the_bot_knows_and_so_does_the_line_of_its_hand_off(stage: BotStage) -> None:
    stage.puppet.reply = doing(
        Outcome([Say("Which one?"), SetFields({"plan": "pro"})], knows={"order": "4711"}),
        Outcome(knows={"order": "4712", "wants": "x" * 900}, answers=[HandOff("refund", fields={"sum": 5})]),
    )
    conversation = await stage.says("Hello")
    await stage.turn()
    watched = await stage.desk.get(conversation)
    assert watched.bot and watched.bot.knows == {"order": "4711", "plan": "pro"}
    await stage.says("And?")
    await stage.turn()
    line = [m.line for m in await stage.desk.thread(conversation) if m.line and m.line.type == "handed_off"][-1]
    assert line.fields is not None
    told = dict[str, Any](line.fields)
    assert len(str(told.pop("wants"))) <= 500
    assert told == {"order": "4712", "plan": "pro", "sum": 5}

"""Whoever goes from a bot to people is told once, and what is true: that a colleague answers, or that nobody is there now."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from harken.automatic.actions import greet
from harken.automatic.model import Automatic
from harken.automatic.rules import checked
from harken.automatic.store import save_automatic
from harken.bots.protocol import BotFailed, HandOff, Outcome, Say, Turn
from harken.bots.wording import HANDED_OFF, HANDED_OFF_CLOSED
from harken.events.log import writing
from harken.hours.model import Opening, Schedule
from harken.hours.store import save_schedule
from harken.port.services import Services
from tests.bots import BotStage, bot_stage
from tests.world import World


def answering(*outcomes: Outcome | BotFailed) -> Callable[[Turn], Awaitable[Outcome]]:
    """One after the other; the last again and again."""
    left = list(outcomes)

    async def reply(turn: Turn) -> Outcome:
        outcome = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(outcome, BotFailed):
            raise outcome
        return outcome

    return reply


MISSED = Outcome([Say("Sorry?")], missed=True), Outcome([Say("What?")], missed=True)
COUNTED = [Outcome([Say(f"answer {n}")]) for n in range(9)]

# How it comes to a hand-off, by its reason: what the bot does, what the customer writes, how the bot is set.
WAYS: dict[str, tuple[Any, list[str], dict[str, Any]]] = {
    "asked": (answering(Outcome([Say("Hello!")])), ["I want to speak to a human"], {}),
    "missed": (answering(*MISSED), ["Hjkl", "Asdf"], {}),
    "repeated": (answering(Outcome([Say("Which one?")])), ["The blue", "The blue one"], {}),
    "turns": (answering(*COUNTED), ["one", "two", "three"], {"limits": {"max_turns": 2}}),
    "loop": (answering(Outcome([Say(c) for c in "abcd"])), ["Hi"], {"limits": {"messages_per_minute": 3}}),
    "timeout": (answering(Outcome(later=True)), ["Hello"], {}),
    "error": (answering(BotFailed("error", "It broke.")), ["Hello"], {}),
    "garbage": (answering(BotFailed("garbage", "Not JSON.")), ["Hello"], {}),
    "unreachable": (answering(BotFailed("unreachable", "Refused.")), ["Hello"], {}),
    "misconfigured": (answering(BotFailed("misconfigured", "No URL.")), ["Hello"], {}),
    "refund": (answering(Outcome([HandOff("refund")])), ["Refund!"], {}),
    "waiting": (answering(Outcome([Say("May I?")])), ["Hello"], {"mode": "approve"}),
}


async def nobody_there(world: World) -> None:
    """Open on Mondays for an hour; the test's day is a Friday."""
    async with world.db.tx() as tx:
        await save_schedule(tx, world.workspace, None, Schedule("UTC", [Opening("monday", "09:00", "10:00")]))


async def told(stage: BotStage, conversation: UUID) -> list[str]:
    return [m.text for m in await stage.desk.thread(conversation) if m.direction == "out" and m.author.kind == "system"]


async def handed_off(stage: BotStage, texts: list[str]) -> UUID:
    conversation = await stage.says(texts[0])
    await stage.turn()
    for text in texts[1:]:
        await stage.says(text)
        await stage.turn()
    for span in (
        {"seconds": 2},
        {"seconds": 30},
        {"minutes": 31},
    ):  # the second try, the time-out, the agent who decides
        if (await stage.desk.get(conversation)).handler.kind == "bot":
            await stage.later(**span)
            await stage.turn()
    return conversation


@pytest.mark.parametrize("hours", ["open", "closed"])
@pytest.mark.parametrize("reason", WAYS)
async def test_of_every_reason_the_customer_hears_once_and_honestly(
    services: Services, world: World, reason: str, hours: str
) -> None:
    reply, texts, columns = WAYS[reason]
    stage = await bot_stage(services, world, **columns)
    stage.puppet.reply = reply
    if hours == "closed":
        await nobody_there(world)
    conversation = await handed_off(stage, texts)
    after = await stage.desk.get(conversation)
    assert (after.handler.kind, after.handed_off) == ("none", reason)
    assert await told(stage, conversation) == [(HANDED_OFF if hours == "open" else HANDED_OFF_CLOSED)["en"]]
    await stage.says("Is anybody there?")
    await stage.turn()
    await stage.later(hours=30)
    assert len(await told(stage, conversation)) == 1
    assert [claim.refused for claim in await stage.leave()].count(None) >= 1


async def away(stage: BotStage, conversation: UUID) -> bool:
    outlet = stage.desk.outlet()
    async with writing(stage.services.db, stage.world.workspace) as w:
        return await greet(w, conversation, outlet, stage.clock.now())


async def test_who_was_told_that_nobody_is_there_is_not_told_so_again_by_the_channel(
    services: Services, world: World
) -> None:
    stage = await bot_stage(services, world)
    async with world.db.tx() as tx:
        automatic = checked(Automatic(away={"en": "We are back tomorrow."}))
        await save_automatic(tx, world.workspace, world.api_channel, automatic)
    open_then = await handed_off(stage, ["I want to speak to a human"])
    await nobody_there(world)
    closed_then = await stage.says("I want to speak to a human", who="eve@example.com")
    await stage.turn()
    assert not await away(stage, closed_then), "the hand-off has just said it"
    stage.clock.advance(timedelta(hours=4))
    await stage.says("Hello?", who="eve@example.com")
    assert await away(stage, closed_then)
    assert await told(stage, closed_then) == [HANDED_OFF_CLOSED["en"], "We are back tomorrow."]
    await stage.says("Hello?")
    assert await away(stage, open_then), "it was told that a colleague answers, which is not so any more"

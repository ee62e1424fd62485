"""A bot at its conversations: asked, heard, handed off, watched; and never over a person."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from harken.bots.protocol import AnswerFile, BotFailed, Button, Close, HandOff, Note, Outcome, Say, SetFields, Turn
from harken.conversations.actions.handler import Assignment, assign
from harken.conversations.actions.lease import ask_many
from harken.events.log import writing
from harken.port.services import Services
from tests.bots import BotStage, bot_stage
from tests.world import World, caller_of


@pytest.fixture
async def stage(services: Services, world: World) -> BotStage:
    return await bot_stage(services, world)


def saying(*texts: str, **given: Any) -> Any:
    async def reply(turn: Turn) -> Outcome:
        return Outcome([Say(text) for text in texts], **given)

    return reply


def doing(*outcomes: Outcome | BotFailed) -> Any:
    """One after the other; the last again and again."""
    left = list(outcomes)

    async def reply(turn: Turn) -> Outcome:
        outcome = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(outcome, BotFailed):
            raise outcome
        return outcome

    return reply


async def reason_of(stage: BotStage, conversation: UUID) -> str | None:
    lines = [m.line for m in await stage.desk.thread(conversation) if m.line and m.line.type == "handed_off"]
    return lines[-1].reason if lines else None


async def test_a_new_conversation_of_its_channel_is_the_bots_and_is_answered(stage: BotStage) -> None:
    stage.puppet.reply = saying("Hello! Where is it to go?", step="greeting")
    conversation = await stage.says("Hello")
    before = await stage.desk.get(conversation)
    assert (before.handler.kind, before.handler.id, before.epoch) == ("bot", stage.bot, 1)
    assert await stage.turn() == 1
    after = await stage.desk.get(conversation)
    said = (await stage.desk.thread(conversation))[-1]
    assert (said.author.kind, said.author.name, said.text) == ("bot", "Robo", "Hello! Where is it to go?")
    assert said.bot and said.bot.version == "1"
    assert after.bot and (after.bot.turns, after.bot.step) == (1, "greeting")
    assert after.waiting_since is None
    assert [claim.refused for claim in await stage.leave()] == [None]


async def test_what_comes_meanwhile_is_one_more_turn_of_all_together(stage: BotStage) -> None:
    async def reply(turn: Turn) -> Outcome:
        if len(stage.puppet.turns) == 1:
            await stage.says("one more")
            await stage.says("and another")
        return Outcome([Say(f"answer {len(stage.puppet.turns)}")], state={"asked": len(stage.puppet.turns)})

    stage.puppet.reply = reply
    await stage.says("first")
    assert await stage.turn() == 2
    texts = [turn.message.text for turn in stage.puppet.turns if turn.message]
    assert texts == ["first", "one more\n\nand another"]
    assert stage.puppet.turns[1].state == {"asked": 1}


async def test_a_turn_whose_message_was_part_of_the_one_before_asks_nothing(stage: BotStage) -> None:
    stage.puppet.reply = saying("Hello!")
    conversation = await stage.says("Hello")
    await stage.turn()
    async with writing(stage.services.db, stage.world.workspace) as w:
        await ask_many(w, [await stage.desk.get(conversation)], stage.clock.now())
    assert await stage.turn() == 1
    assert len(stage.puppet.turns) == 1
    await stage.later(hours=1)
    assert (await stage.desk.get(conversation)).handler.kind == "bot", "it is the customer's turn"


async def test_after_a_take_over_nothing_of_the_bot_leaves(stage: BotStage) -> None:
    """What is on its way through the bot, and what is queued already."""
    ada = await caller_of(stage.world, stage.world.ada)
    stage.puppet.reply = saying("queued")
    conversation = await stage.says("Hello")
    await stage.turn()

    async def overtaken(turn: Turn) -> Outcome:
        await stage.desk.do(assign, ada, conversation, Assignment("agent", ada.agent_id))
        return Outcome([Say("too late")])

    stage.puppet.reply = overtaken
    await stage.says("And?")
    await stage.turn()
    assert "too late" not in [m.text for m in await stage.desk.thread(conversation)]
    refused = {claim.outbound.text: claim.refused for claim in await stage.leave()}
    assert refused["queued"] and refused["queued"][0] == "lease_lost"


async def test_of_a_take_over_and_an_answer_at_once_the_answer_is_before_or_not_at_all(stage: BotStage) -> None:
    ada = await caller_of(stage.world, stage.world.ada)
    stage.puppet.reply = saying("now")
    for n in range(12):
        conversation = await stage.says("Hello", who=f"c{n}@example.com")
        taking = stage.desk.do(assign, ada, conversation, Assignment("agent", ada.agent_id))
        both = [stage.turn(), taking]
        await asyncio.gather(*(both if n % 2 else both[::-1]))
        thread = await stage.desk.thread(conversation)
        taken = next(m.seq for m in thread if m.line and m.line.type == "taken_over")
        assert all(m.seq < taken for m in thread if m.author.kind == "bot")


async def test_who_asks_for_a_person_gets_one_and_the_bot_is_not_asked(stage: BotStage) -> None:
    conversation = await stage.says("I want to speak to a human")
    await stage.turn()
    after = await stage.desk.get(conversation)
    assert after.handler.kind == "none" and after.waiting_since
    assert stage.puppet.turns == []
    thread = await stage.desk.thread(conversation)
    told = [m for m in thread if m.direction == "out"]
    assert len(told) == 1 and told[0].author.kind == "system"
    assert [claim.refused for claim in await stage.leave()] == [None]


@pytest.mark.parametrize("kind", ["timeout", "error", "garbage"])
async def test_a_bot_that_fails_is_asked_once_more_and_then_a_person(stage: BotStage, kind: Any) -> None:
    stage.puppet.reply = doing(BotFailed(kind, "It broke."))
    conversation = await stage.says("Hello")
    await stage.turn()
    slow = await stage.desk.get(conversation)
    assert slow.bot and slow.bot.help and slow.bot.help.reason == "slow"
    await stage.later(seconds=2)
    await stage.turn()
    assert len(stage.puppet.turns) == 2
    assert (await stage.desk.get(conversation)).handler.kind == "none"
    assert await reason_of(stage, conversation) == kind


async def test_what_comes_while_a_bot_fails_is_part_of_its_second_try(stage: BotStage) -> None:
    async def reply(turn: Turn) -> Outcome:
        if len(stage.puppet.turns) == 1:
            await stage.says("and more")
            raise BotFailed("error", "It broke.")
        return Outcome([Say("Both.")])

    stage.puppet.reply = reply
    conversation = await stage.says("one")
    await stage.turn()
    await stage.later(seconds=2)
    assert await stage.turn() == 1
    assert [turn.message.text for turn in stage.puppet.turns if turn.message] == ["one", "one\n\nand more"]
    assert (await stage.desk.get(conversation)).handler.kind == "bot"


async def test_the_second_miss_in_a_row_is_a_hand_off(stage: BotStage) -> None:
    stage.puppet.reply = doing(Outcome([Say("Sorry?")], missed=True), Outcome([Say("What?")], missed=True))
    conversation = await stage.says("Hjkl")
    await stage.turn()
    asked = await stage.desk.get(conversation)
    assert asked.bot and asked.bot.help and asked.bot.help.reason == "missed"
    await stage.says("Asdf")
    await stage.turn()
    assert await reason_of(stage, conversation) == "missed"
    assert "What?" not in [m.text for m in await stage.desk.thread(conversation)]


async def test_a_bot_that_repeats_itself_hands_off(stage: BotStage) -> None:
    stage.puppet.reply = saying("Which one?")
    conversation = await stage.says("The blue")
    await stage.turn()
    await stage.says("The blue one")
    await stage.turn()
    assert await reason_of(stage, conversation) == "repeated"


async def test_its_own_hand_off_says_why_and_what_it_knows(stage: BotStage) -> None:
    known = {"order": "4711", "urgent": True}
    stage.puppet.reply = doing(
        Outcome(
            [Say("I get somebody."), HandOff("refund", "Wants money back", known, stage.world.returns), Say("lost")]
        )
    )
    conversation = await stage.says("Refund!")
    await stage.turn()
    after, thread = await stage.desk.get(conversation), await stage.desk.thread(conversation)
    line = next(m.line for m in thread if m.line)
    assert line and (line.reason, line.summary, line.fields) == ("refund", "Wants money back", known)
    assert after.team_id == stage.world.returns
    assert [m.text for m in thread if m.direction == "out"] == ["I get somebody."], "told once"


async def test_who_is_handed_off_stands_above_those_who_came_after_the_bot_began(stage: BotStage) -> None:
    async def polite(turn: Turn) -> Outcome:
        return Outcome([Say(f"Hello {len(turn.transcript)}")])

    stage.puppet.reply = polite
    first = await stage.says("Hello")
    await stage.turn()
    began = (await stage.desk.get(first)).created_at
    await stage.later(minutes=20)
    await stage.says("I want to talk to a person")
    await stage.turn()
    after = await stage.desk.get(first)
    assert (after.handler.kind, after.waiting_since) == ("none", began)


async def test_a_file_goes_to_a_person_unless_the_bot_reads_files(stage: BotStage) -> None:
    conversation = await stage.says("Look")
    async with stage.services.db.tx() as tx:
        file = [{"id": str(conversation), "name": "a.png", "type": "image/png", "size": 3, "kind": "image"}]
        await tx.execute("update message set attachments = $1 where direction = 'in'", file)
    await stage.turn()
    assert await reason_of(stage, conversation) == "attachment"


async def test_turns_and_messages_have_a_cap(services: Services, world: World) -> None:
    stage = await bot_stage(services, world, limits={"max_turns": 2, "messages_per_minute": 3})
    counted = iter(range(100))

    async def reply(turn: Turn) -> Outcome:
        return Outcome([Say(f"answer {next(counted)}")])

    stage.puppet.reply = reply
    conversation = await stage.says("one")
    for text in ("two", "three"):
        await stage.turn()
        await stage.says(text)
    await stage.turn()
    assert await reason_of(stage, conversation) == "turns"
    other = await stage.says("flood", who="eve@example.com")
    stage.puppet.reply = saying("a", "b", "c", "d")
    await stage.turn()
    assert await reason_of(stage, other) == "loop"


async def test_an_auto_reply_is_never_answered(stage: BotStage) -> None:
    stage.puppet.reply = saying("Hello!")
    conversation = await stage.says("Hello")
    await stage.turn()
    await stage.says("I am on holiday", automatic=True)
    assert await stage.turn() == 0
    assert (await stage.desk.get(conversation)).handler.kind == "bot"
    alone = await stage.says("I am on holiday", who="away@example.com", automatic=True)
    assert (await stage.desk.get(alone)).handler.kind == "none"


async def test_the_watchdog_gives_what_nobody_answers_to_people(stage: BotStage) -> None:
    """The bot says that it will answer later, and never does; and a worker that dies with a turn."""
    stage.puppet.reply = doing(Outcome(later=True))
    conversation = await stage.says("Hello")
    await stage.turn()
    await stage.later(seconds=10)
    assert (await stage.desk.get(conversation)).handler.kind == "bot"
    await stage.later(seconds=15)
    assert await reason_of(stage, conversation) == "timeout"
    other = await stage.says("Hello", who="eve@example.com")
    await stage.later(seconds=30)
    assert (await stage.desk.get(other)).handler.kind == "bot"
    await stage.later(minutes=5)
    assert await reason_of(stage, other) == "timeout"


async def test_a_silent_customer_is_closed_by_the_bot_that_may(stage: BotStage) -> None:
    stage.puppet.reply = saying("Anything else?")
    conversation = await stage.says("Thanks")
    await stage.turn()
    await stage.later(hours=25)
    after = await stage.desk.get(conversation)
    assert (
        after.status == "closed" and after.closed and (after.closed.by.kind, after.closed.reason) == ("bot", "inactive")
    )


async def test_who_writes_after_the_bots_close_is_the_bots_again_unless_it_is_paused(stage: BotStage) -> None:
    stage.puppet.reply = doing(Outcome([Say("Bye"), Close("solved"), Say("trailing")]))
    conversation = await stage.says("Thanks")
    await stage.turn()
    closed = await stage.desk.get(conversation)
    assert closed.status == "closed" and closed.closed and closed.closed.reason == "solved"
    assert "trailing" not in [m.text for m in await stage.desk.thread(conversation)]
    assert await stage.says("One more") == conversation
    again = await stage.desk.get(conversation)
    assert (again.status, again.handler.kind, again.handler.id) == ("open", "bot", stage.bot)
    stage.puppet.reply = doing(Outcome([Say("Bye again"), Close("solved")]))
    await stage.turn()
    async with stage.services.db.tx() as tx:
        await tx.execute("update bot set state = 'paused'")
    await stage.says("Hello?")
    assert (await stage.desk.get(conversation)).handler.kind == "none"


async def test_the_first_message_says_that_it_is_automated_in_the_customers_language(
    services: Services, world: World
) -> None:
    stage = await bot_stage(services, world, disclosure={"on": True, "texts": {"de": "Ich bin Robo, ein Bot."}})
    stage.puppet.reply = saying("Moment")
    conversation = await stage.says("Guten Tag, wo ist mein Paket? Ich habe es nicht.")
    await stage.turn()
    stage.puppet.reply = saying("Noch einen")
    await stage.says("Und?")
    await stage.turn()
    out = [m.text for m in await stage.desk.thread(conversation) if m.direction == "out"]
    assert out == ["Ich bin Robo, ein Bot.\n\nMoment", "Noch einen"]


async def test_a_number_or_a_title_is_the_button_that_was_meant(stage: BotStage) -> None:
    stage.puppet.reply = doing(
        Outcome([Say("Which?", [Button("Blue", "b"), Button("Red", "r")])]), Outcome([Say("Fine")])
    )
    conversation = await stage.says("A lamp")
    await stage.turn()
    assert (await stage.desk.thread(conversation))[-1].buttons == [Button("Blue", "b"), Button("Red", "r")]
    await stage.says("2.")
    await stage.turn()
    asked = stage.puppet.turns[-1].message
    assert asked and asked.value == "r"


async def test_notes_and_fields_are_kept_and_a_file_that_is_not_its_own_is_garbage(stage: BotStage) -> None:
    stage.puppet.reply = doing(Outcome([Note("A regular"), SetFields({"tier": "gold"}), Say("Hello")]))
    conversation = await stage.says("Hello")
    await stage.turn()
    assert [m.text for m in await stage.desk.thread(conversation) if m.kind == "note"] == ["A regular"]
    async with stage.services.db.connection() as connection:
        attributes = await connection.fetchval("select attributes from contact where id = $1", stage.world.bo)
    assert attributes == {"tier": "gold"}
    stage.puppet.reply = doing(Outcome([Say("Here", attachments=[AnswerFile(file_id=conversation)])]))
    await stage.says("The file?")
    for _ in range(2):
        await stage.turn()
        await stage.later(seconds=2)
    assert await reason_of(stage, conversation) == "garbage"


async def test_a_worker_that_stops_leaves_its_turn_to_the_next_one_at_once(stage: BotStage) -> None:
    thinking = asyncio.Event()

    async def slow(turn: Turn) -> Outcome:
        thinking.set()
        await asyncio.sleep(60)
        return Outcome([Say("never")])

    stage.puppet.reply = slow
    conversation = await stage.says("Hello")
    running = asyncio.create_task(stage.runner.run())
    await thinking.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    stage.runner, stage.puppet.reply = stage.new_runner(), saying("Hello!")
    assert await stage.turn() == 1
    assert [m.text for m in await stage.desk.thread(conversation) if m.author.kind == "bot"] == ["Hello!"]


async def test_in_shadow_its_answers_are_kept_and_never_sent(services: Services, world: World) -> None:
    stage = await bot_stage(services, world, mode="shadow")
    stage.puppet.reply = saying("I would say this", state={"step": 1})
    conversation = await stage.says("Hello")
    assert (await stage.desk.get(conversation)).handler.kind == "none"
    await stage.turn()
    await stage.says("Again")
    await stage.turn()
    async with services.db.connection() as connection:
        rows = await connection.fetch("select outcome from bot_shadow order by message_seq")
    assert [row["outcome"]["answers"][0]["text"] for row in rows] == ["I would say this"] * 2
    assert stage.puppet.turns[1].state == {"step": 1}
    assert await stage.leave() == []


async def test_outside_hours_only_the_bot_answers_when_nobody_is_there(services: Services, world: World) -> None:
    stage = await bot_stage(services, world, when="outside_hours")
    always = await stage.says("Hello")
    assert (await stage.desk.get(always)).handler.kind == "none"
    async with services.db.tx() as tx:
        await tx.execute(
            "insert into business_hours (workspace_id, schedule) values ($1, $2)", world.workspace,
            {"timezone": "UTC", "weekly": []},
        )  # fmt: skip
    closed = await stage.says("Hello", who="eve@example.com")
    assert (await stage.desk.get(closed)).handler.kind == "bot"

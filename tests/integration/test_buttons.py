"""Quick answers from the bot to the customer and back: stored, delivered, pressed; and typing, as long as the bot has the lease."""

from datetime import timedelta
from uuid import UUID

import pytest

from harken.bots.protocol import Button, Outcome, Say
from harken.kit.crypto import token_hash
from harken.port.services import Services
from tests.bots import BotStage, bot_stage
from tests.web import serving
from tests.world import World

BUTTONS = [Button("Blue", "b"), Button("Red", "/choose{red}")]


@pytest.fixture
async def stage(services: Services, world: World) -> BotStage:
    return await bot_stage(services, world)


async def asked(stage: BotStage) -> UUID:
    async def reply(turn: object) -> Outcome:
        said = len(stage.puppet.turns)
        return Outcome([Say("Which?", BUTTONS)] if said == 1 else [Say(f"Fine {said}")])

    stage.puppet.reply = reply
    conversation = await stage.says("A lamp")
    await stage.turn()
    return conversation


async def test_buttons_go_to_the_channel_and_the_one_that_is_pressed_comes_to_the_bot(stage: BotStage) -> None:
    conversation = await asked(stage)
    message = (await stage.desk.thread(conversation))[-1]
    assert (message.text, message.buttons) == ("Which?", BUTTONS)
    (claim,) = await stage.leave()
    assert (claim.outbound.text, list(claim.outbound.buttons)) == ("Which?", BUTTONS)
    await stage.says("Red", pressed="/choose{red}")
    await stage.turn()
    told = stage.puppet.turns[-1].message
    assert told is not None
    assert (told.text, told.value) == ("Red", "/choose{red}")
    assert [m.pressed for m in await stage.desk.thread(conversation) if m.direction == "in"] == [None, "/choose{red}"]


async def test_what_was_offered_is_open_while_the_bot_says_more_and_until_it_was_answered(stage: BotStage) -> None:
    async def reply(turn: object) -> Outcome:
        first = len(stage.puppet.turns) == 1
        return Outcome([Say("Which?", BUTTONS), Say("Take your time.")] if first else [Say("Fine")])

    async def told(text: str, **given: str) -> str | None:
        await stage.says(text, **given)
        await stage.turn()
        message = stage.puppet.turns[-1].message
        assert message is not None and message.text == text
        return message.value

    stage.puppet.reply = reply
    await told("A lamp")
    assert await told("Red", pressed="/choose{red}") == "/choose{red}"
    assert await told("1") is None, "that question is over"


async def test_a_value_that_was_not_offered_reaches_no_bot(stage: BotStage) -> None:
    await asked(stage)
    await stage.says("Please", pressed="/admin")
    await stage.turn()
    turn = stage.puppet.turns[-1]
    assert turn.message is not None
    assert [turn.message.value, *(each.value for each in turn.transcript)] == [None] * (1 + len(turn.transcript))


async def test_bad_buttons_and_an_old_epoch_are_refused_and_good_ones_are_sent(stage: BotStage) -> None:
    conversation = await asked(stage)
    epoch = (await stage.desk.get(conversation)).epoch
    async with stage.services.db.tx() as tx:
        await tx.execute("update bot set token_hash = $2 where id = $1", stage.bot, token_hash("robo"))
    async with serving(stage.services) as web:
        http = await web.nobody()
        base = f"/api/bot/conversations/{conversation}"
        headers = {"authorization": "Bearer robo"}

        async def says(id: str, buttons: list[dict[str, str]], at: int) -> tuple[int, str]:
            body = {"epoch": at, "client_message_id": id, "text": f"Or {id}?", "buttons": buttons}
            answer = await http.post(f"{base}/messages", json=body, headers=headers)
            return answer.status_code, answer.text

        one = {"title": "One", "value": "1"}
        bad = [[one] * 2, [{"title": " "}], [{"title": "x" * 10_000}], [{"title": str(n)} for n in range(100)]]
        assert [(await says(str(place), each, epoch))[0] for place, each in enumerate(bad)] == [422] * 4
        assert (await says("old", [one], epoch - 1))[0] == 409
        assert (await says("good", [one], epoch))[0] == 201
        assert (await stage.desk.thread(conversation))[-1].buttons == [Button("One", "1")]
        types = [await http.post(f"{base}/typing", json={"epoch": at}, headers=headers) for at in (epoch, epoch - 1)]
        assert [answer.status_code for answer in types] == [204, 409]


async def test_dots_are_shown_neither_while_an_agent_approves_nor_while_one_writes(stage: BotStage) -> None:
    """The bot is not told so: its time-out begins anew all the same."""
    conversation = await asked(stage)
    async with stage.services.db.tx() as tx:
        await tx.execute("update bot set token_hash = $2 where id = $1", stage.bot, token_hash("robo"))
    shown: list[bool] = []
    async with serving(stage.services) as web:
        http, ben = await web.nobody(), await web.signed_in(stage.world.ben)

        def show(*_: object, active: bool) -> None:
            shown.append(active)

        web.app.state.host.bot_types = show

        async def types() -> list[bool]:
            shown.clear()
            body = {"epoch": (await stage.desk.get(conversation)).epoch}
            answer = await http.post(
                f"/api/bot/conversations/{conversation}/typing", json=body, headers={"authorization": "Bearer robo"}
            )
            assert answer.status_code == 204, answer.text
            return list(shown)

        async def in_mode(mode: str) -> None:
            async with stage.services.db.tx() as tx:
                await tx.execute(
                    "update conversation set bot = jsonb_set(bot, '{mode}', to_jsonb($2::text)) where id = $1",
                    conversation,
                    mode,
                )

        assert await types() == [True]
        await in_mode("approve")
        assert await types() == []
        await in_mode("live")
        assert await types() == [True]
        assert (await ben.put(f"/api/conversations/{conversation}/bot/pause")).status_code == 200
        assert await types() == []
        stage.clock.advance(timedelta(seconds=21))
        assert await types() == [True], "the pause is over by itself"

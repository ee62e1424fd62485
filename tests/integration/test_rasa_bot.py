"""Rasa's REST channel, spoken with a small server that answers as Rasa does."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from harken.bots.protocol import (
    AnswerFile,
    BotFailed,
    Button,
    HandOff,
    Say,
    Turn,
    TurnChannel,
    TurnContact,
    TurnConversation,
    TurnMessage,
)
from harken.bots.rasa.brain import KIND, RasaBrain
from harken.kit.errors import Invalid
from harken.kit.http import close_client
from tests.http_peer import Asked, http_peer

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def turn(text: str | None, value: str | None = None) -> Turn:
    channel = TurnChannel(uuid4(), "Shop", "webchat")
    conversation = TurnConversation(uuid4(), 7, channel, TurnContact(uuid4(), "Bo Berg"), language="de")
    message = TurnMessage(uuid4(), "contact", "Bo", text, NOW, value=value) if text is not None else None
    return Turn(uuid4(), "message_added", NOW, 1, conversation, message)


def pizza_place(asked: Asked) -> tuple[int, Any]:
    """What a Rasa bot answers, after its published protocol."""
    to = {"recipient_id": asked.json["sender"]}
    match asked.json["message"]:
        case "hi":
            return 200, [
                {**to, "text": "Hello! Hungry?", "buttons": [{"title": "Yes", "payload": "/affirm"}, {"title": "No", "payload": "/deny"}]},
                {**to, "image": "https://pizza.example/menu.png"},
            ]  # fmt: skip
        case "/affirm":
            return 200, [
                {**to, "text": "Good."},
                {**to, "custom": {"handoff": {"reason": "order", "fields": {"size": "L"}}}},
            ]
        case "person":
            return 200, [{**to, "custom": {"handoff": True}}]
        case "broken":
            return 500, b"Traceback"
        case "garbage":
            return 200, {"not": "a list"}
        case _:
            return 200, []


@pytest.mark.asyncio
async def test_a_rasa_bot_answers_with_buttons_pictures_and_a_hand_off() -> None:
    with http_peer(pizza_place) as server:
        brain = RasaBrain(server.url + "/", "s3cret")
        first = await brain.answer(turn("hi"))
        assert first.answers == [
            Say("Hello! Hungry?", [Button("Yes", "/affirm"), Button("No", "/deny")]),
            Say(attachments=[AnswerFile(url="https://pizza.example/menu.png")]),
        ]
        chosen = await brain.answer(turn("Yes", value="/affirm"))
        assert chosen.answers == [Say("Good."), HandOff("order", fields={"size": "L"})]
        assert (await brain.answer(turn("person"))).answers == [HandOff("asked_by_bot")]
        assert (await brain.answer(turn("something else"))).missed
        assert (await brain.answer(turn(None))).answers == []
        assert [asked.json["message"] for asked in server.asked] == ["hi", "/affirm", "person", "something else"]
        posted = server.asked[0]
        assert (posted.path, posted.query) == ("/webhooks/rest/webhook", {"token": ["s3cret"]})
        assert posted.json["metadata"]["contact"]["name"] == "Bo Berg"
    await close_client()


@pytest.mark.asyncio
async def test_what_is_no_answer_is_told_apart() -> None:
    with http_peer(pizza_place) as server:
        brain = RasaBrain(server.url, "")
        for said, kind in (("broken", "error"), ("garbage", "garbage")):
            with pytest.raises(BotFailed) as failed:
                await brain.answer(turn(said))
            assert failed.value.kind == kind
    await close_client()  # and with it the connection that was kept
    with pytest.raises(BotFailed) as gone:
        await brain.answer(turn("hi"))
    assert gone.value.kind == "unreachable"
    await close_client()


@pytest.mark.parametrize("url", ["", "rasa.example", "ftp://rasa.example", "https://", None, 7])
def test_a_setting_that_is_no_server_is_refused(url: Any) -> None:
    with pytest.raises(Invalid):
        KIND.check({"url": url})

"""The answers bot: what it says word for word, what it offers, and when it owns up."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from harken.bots.answers.deciding import PERSON, Bounds, Choices, Miss, Verbatim, decide
from harken.bots.answers.kind import KIND
from harken.bots.answers.matching import Entry, Knowledge
from harken.bots.answers.talking import sayable, talk
from harken.bots.protocol import (  # fmt: skip
    Close,
    HandOff,
    Outcome,
    Say,
    Turn,
    TurnChannel,
    TurnContact,
    TurnConversation,
    TurnMessage,
)
from harken.kit.errors import Invalid

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SHOP = Knowledge([
    Entry("returns", "Return an item", "You can send it back within 30 days. The label is in the parcel.", ("how do I return something", "send it back")),
    Entry("refund", "When do I get my refund?", "We pay back within five days after the parcel has arrived here.", ("where is my money",)),
    Entry("hours", "Opening hours", "We are here Monday to Friday from nine to five.", ("when are you open",)),
    Entry("shipping", "Shipping costs", "Shipping is free from 50 euros, else 4.90.", ("how much is delivery", "delivery fee")),
    Entry("abroad", "Shipping abroad", "We ship to every country of the European Union for 12 euros.", ("do you deliver to France",)),
    Entry("invoice", "Get an invoice", "The invoice is in your account under Orders.", ()),
    Entry("password", "Forgotten password", "Hi {{contact.first_name|there}}, use the link under the sign-in form.", ("I cannot sign in", "reset password")),
    Entry("size", "Größentabelle", "Die Größen stehen auf jeder Seite eines Artikels.", ("Welche Größe passt mir?",), language="de"),
    Entry("hours_ja", "営業時間", "月曜から金曜の9時から17時です。", (), language="ja"),
])  # fmt: skip


def found(question: str, language: str | None = None) -> list[str]:
    match decide(SHOP, question, language, Bounds()):
        case Verbatim(entry):
            return [entry.key]
        case Choices(entries):
            return ["?", *(entry.key for entry in entries)]
        case Miss():
            return []


@pytest.mark.parametrize(
    ("question", "key"),
    [
        ("How do I return something?", "returns"),
        ("when will I get the refund", "refund"),
        ("When are you open?", "hours"),
        ("opening hours please", "hours"),
        ("What are the shipping costs", "shipping"),
        ("I have forgotten my password!!", "password"),
        ("cannot sign in", "password"),
        ("do you deliver to france?", "abroad"),
        ("I need an invoice", "invoice"),
        ("Welche Größen passen mir", "size"),
        ("営業時間は？", "hours_ja"),
    ],
)
def test_what_it_is_sure_of_is_said(question: str, key: str) -> None:
    assert found(question) == [key]


@pytest.mark.parametrize(
    ("question", "keys"),
    [("shipping", {"shipping", "abroad"}), ("delivery", {"shipping", "abroad"}), ("parcel", {"returns", "refund"})],
)
def test_what_might_be_two_things_is_offered(question: str, keys: set[str]) -> None:
    first, *rest = found(question)
    assert first == "?" or {first} <= keys
    assert first != "?" or keys & set(rest)


@pytest.mark.parametrize(
    "question",
    [
        "",
        "???",
        "My cat ate the cable and now it smokes",
        "Are you hiring?",
        "lorem ipsum dolor",
        "Do you sell bicycles",
        "ok",
    ],
)
def test_what_it_does_not_know_it_does_not_say(question: str) -> None:
    assert found(question) == []


def test_an_answer_in_another_language_is_none() -> None:
    assert found("Welche Größe passt mir", "en") == []
    assert found("Welche Größe passt mir", "de-AT") == ["size"]


def turn(text: str | None, state: dict[str, Any] | None = None, value: str | None = None) -> Turn:
    channel = TurnChannel(uuid4(), "Shop", "webchat")
    conversation = TurnConversation(uuid4(), 7, channel, TurnContact(uuid4(), "Bo Berg"), language="en")
    message = TurnMessage(uuid4(), "contact", "Bo", text, NOW, value=value) if text is not None else None
    return Turn(uuid4(), "message_added", NOW, 1, conversation, message, state=state or {})


def told(
    text: str | None, before: Outcome | None = None, value: str | None = None, *, may_close: bool = False
) -> Outcome:
    return talk(turn(text, (before and before.state) or {}, value), SHOP, Bounds(), may_close=may_close)


def test_it_says_an_entry_word_for_word_and_asks_whether_it_helped() -> None:
    answered = told("I forgot my password")
    assert isinstance(answered.answers[0], Say)
    assert answered.answers[0].text == "Hi Bo, use the link under the sign-in form."
    assert told("yes", answered).answers == [Say("Glad to hear that!")]
    assert told("Yes", answered, may_close=True).answers[-1] == Close("solved")
    assert told("No", answered, "not_helped").answers == [
        HandOff("not_helped", fields={"answer": "Forgotten password"})
    ]


def test_a_choice_leads_to_its_entry_or_to_a_person() -> None:
    offered = told("shipping to somewhere")
    assert isinstance(offered.answers[0], Say)
    values = [button.value for button in offered.answers[0].buttons]
    assert values[-1] == PERSON
    assert "abroad" in values
    chosen = told("Shipping abroad", offered, "abroad").answers[0]
    assert isinstance(chosen, Say)
    assert chosen.text == "We ship to every country of the European Union for 12 euros."
    assert told("Something else: ask a person", offered).answers == [HandOff("asked")]
    assert told("x", None, "abroad").missed  # what was not offered is no choice


def test_it_owns_up_and_a_new_question_is_a_new_question() -> None:
    missed = told("My cat ate the cable")
    assert missed.missed
    assert told("opening hours", missed).step == "answered"
    assert told("and the shipping costs", told("opening hours")).step == "answered"
    assert told(None).step == "greeting"


def test_what_only_an_agent_can_fill_in_is_not_said_by_a_bot() -> None:
    assert sayable("Hi {{contact.first_name}}")
    assert not sayable("Yours, {{agent.name}}")
    assert sayable("Yours, {{agent.name|the shop}}")


@pytest.mark.parametrize(
    "settings",
    [{"articles": [{"title": "x"}]}, {"sure": 2}, {"maybe": 0.9, "sure": 0.5}, {"colour": "red"},
     {"articles": [{"title": "x", "text": "{{agent.name}}"}]}],
)  # fmt: skip
def test_settings_that_make_no_bot_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        KIND.check(settings)

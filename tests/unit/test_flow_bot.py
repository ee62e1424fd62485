"""The flow bot: what its document may say, and what it answers to a customer."""

import asyncio
import random
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from harken.bots.flow.brain import FlowBrain
from harken.bots.flow.checking import accepted
from harken.bots.flow.document import CallStep, Check, Malformed, read
from harken.bots.flow.faults import faults
from harken.bots.flow.filling import Names
from harken.bots.flow.running import Place, Walk
from harken.bots.protocol import (
    Close,
    HandOff,
    Outcome,
    Say,
    SetFields,
    SetLabels,
    Turn,
    TurnChannel,
    TurnContact,
    TurnConversation,
    TurnMessage,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ORDERS = """
start: hello
steps:
  hello: {type: message, text: {en: "Hi {{contact.first_name|there}}!", de: "Hallo {{contact.first_name|}}!"}, next: topic}
  topic:
    type: choice
    text: {en: "What is it about?", de: "Worum geht es?"}
    options:
      - {title: {en: An order, de: Eine Bestellung}, value: order, words: [parcel, delivery], next: number}
      - {title: {en: Something else, de: Etwas anderes}, value: else, next: person}
  number:
    type: question
    text: "Your order number?"
    field: order
    check: {kind: mask, mask: "AA-9999"}
    error: "It looks like NW-1234."
    tries: 2
    next: mark
  mark: {type: label, add: [order], next: remember}
  remember: {type: set, fields: {last_order: "{{fields.order}}"}, next: look}
  look: {type: call, url: "https://shop.example/orders/{{fields.order}}", save: {status: order.state}, next: branch}
  branch:
    type: condition
    branches:
      - {when: [{of: fields.status, value: shipped}], next: shipped}
    next: person
  shipped: {type: close, text: "{{fields.order}} is on its way.", reason: solved}
  person: {type: handoff, text: "A colleague takes over.", reason: "Order {{fields.order|unknown}}"}
"""


def turn(text: str | None, state: dict[str, Any], language: str = "en", value: str | None = None) -> Turn:
    channel = TurnChannel(uuid4(), "Shop", "webchat")
    conversation = TurnConversation(uuid4(), 7, channel, TurnContact(uuid4(), "Bo Berg"), language=language)
    message = TurnMessage(uuid4(), "contact", "Bo", text, NOW, value=value) if text is not None else None
    return Turn(uuid4(), "message_added", NOW, 1, conversation, message, state=state)


def walked(source: str, given: Turn, saved: dict[str, str] | None = None) -> Outcome:
    async def call(step: CallStep, names: Names) -> dict[str, str] | None:
        assert names.fill_url(step.url) == "https://shop.example/orders/NW-1234"
        return saved

    state = given.state
    place = Place(state.get("at"), dict(state.get("fields", {})), state.get("wrong", 0))
    return asyncio.run(Walk(read(source), given, place, call).run())


def test_a_customer_is_led_to_an_answer() -> None:
    first = walked(ORDERS, turn("Hello", {}))
    assert [answer.text for answer in first.answers if isinstance(answer, Say)] == ["Hi Bo!", "What is it about?"]
    assert isinstance(first.answers[1], Say)
    assert [(each.title, each.value) for each in first.answers[1].buttons] == [("An order", "order"), ("Something else", "else")]  # fmt: skip
    assert first.step == "topic"
    second = walked(ORDERS, turn("It is my PARCEL", first.state or {}))
    assert second.answers == [Say("Your order number?")]
    wrong = walked(ORDERS, turn("1234", second.state or {}))
    assert wrong.missed
    assert wrong.answers == [Say("It looks like NW-1234.")]
    done = walked(ORDERS, turn(" nw-1234 ", wrong.state or {}), {"status": "Shipped"})
    assert done.answers == [
        SetLabels(["order"]), SetFields({"last_order": "NW-1234"}), Say("NW-1234 is on its way."), Close("solved"),
    ]  # fmt: skip
    assert not done.missed


def test_what_fails_ends_with_a_person_who_knows_what_was_said() -> None:
    state = {"at": "number", "fields": {"topic": "order"}}
    again = walked(ORDERS, turn("dunno", state))
    given_up = walked(ORDERS, turn("no idea", again.state or {}))
    assert given_up.answers == [HandOff("not_understood", fields={"topic": "order"})]
    unreachable = walked(ORDERS, turn("NW-1234", state), None)
    assert unreachable.answers[-1] == HandOff("call_failed", fields={"topic": "order", "order": "NW-1234"})
    other = walked(ORDERS, turn("2", {"at": "topic"}, "de"))
    assert other.answers == [Say("A colleague takes over."), HandOff("Order unknown", fields={})]


@pytest.mark.parametrize("said", ["1", "An order", "eine bestellung!", "ORDER", "where is my delivery"])
def test_an_option_is_chosen_by_number_title_value_or_word(said: str) -> None:
    assert walked(ORDERS, turn(said, {"at": "topic"}, "de")).step == "number"


def test_a_tapped_button_counts_by_its_value() -> None:
    assert walked(ORDERS, turn("Something else", {"at": "topic"}, value="else")).answers[-1] == HandOff("Order unknown")


def test_a_value_cannot_leave_its_place_in_a_url() -> None:
    names = Names(turn("x", {}), {"order": "../admin?x=1#"})
    assert names.fill_url("https://shop.example/o/{{fields.order}}") == "https://shop.example/o/..%2Fadmin%3Fx%3D1%23"


def test_a_newer_version_without_the_place_begins_anew_and_keeps_the_fields() -> None:
    brain = FlowBrain('start: a\nsteps: {a: {type: question, text: "{{fields.order|none}}?", field: b}}')
    outcome = asyncio.run(brain.answer(turn("Hi", {"at": "gone", "fields": {"order": "NW-1"}})))
    assert outcome.answers == [Say("NW-1?")]


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("start: a\nsteps: {b: {type: message, text: x}}", "unknown_step"),
        ("start: a\nsteps: {a: {type: message, text: x, next: nowhere}}", "unknown_step"),
        ("start: a\nsteps: {a: {type: message, text: x, next: b}, b: {type: message, text: y, next: a}}", "circle"),
        ("start: a\nsteps: {a: {type: choice, text: x, options: []}}", "no_options"),
        ("start: a\nsteps: {a: {type: question, text: x, field: f, check: {kind: mask}}}", "no_mask"),
        ('start: a\nsteps: {a: {type: call, url: "https://{{fields.host}}/"}}', "url"),
        ("start: a\nsteps: {a: {type: handoff, reason: x, team: sales}}", "team_is_an_id"),
    ],
)
def test_faults_are_found_before_a_flow_runs(source: str, code: str) -> None:
    assert code in {fault.code for fault in faults(read(source)) if fault.severity == "error"}


def test_a_circle_in_which_the_customer_is_asked_is_none() -> None:
    source = "start: a\nsteps: {a: {type: message, text: x, next: b}, b: {type: question, text: y, field: f, next: a}}"
    assert faults(read(source)) == []
    assert faults(read(ORDERS)) == []


@pytest.mark.parametrize(
    "source",
    ["", "start: a", "start: a\nsteps: {a: {type: dance}}", "a: &x [1]\nb: *x", "start: [", "!!python/object:os.system x",
     "start: a\nsteps: {a: {type: message, text: x, nxt: b}}"],
)  # fmt: skip
def test_what_is_no_flow_is_refused_with_a_reason(source: str) -> None:
    with pytest.raises(Malformed, match=r"\w"):
        read(source)


@pytest.mark.parametrize(
    ("check", "answer", "kept"),
    [
        (Check("email"), "it is Bo@Example.com", "bo@example.com"),
        (Check("email"), "bo at example", None),
        (Check("phone"), "+49 (30) 123-456", "+4930123456"),
        (Check("phone"), "call me", None),
        (Check("number", min=1, max=10), "3,5", "3.5"),
        (Check("number", min=1, max=10), "11", None),
        (Check("date"), "24.12.2026", "2026-12-24"),
        (Check("date"), "31.02.2026", None),
        (Check("yes_no"), "Sí!", "yes"),
        (Check("yes_no"), "NEIN.", "no"),
        (Check("yes_no"), "perhaps", None),
        (Check("mask", mask="AA-9999"), "nw-12345", None),
        (Check("text", min=3), "ab", None),
        (Check("text"), "   ", None),
    ],
)
def test_an_answer_is_kept_in_one_form_or_refused(check: Check, answer: str, kept: str | None) -> None:
    assert accepted(check, answer) == kept


def test_whatever_the_flow_a_turn_ends_waiting_or_with_a_person_or_a_close() -> None:
    for seed in range(400):
        chance = random.Random(seed)
        source = _any_flow(chance)
        if any(fault.severity == "error" for fault in faults(read(source))):
            continue
        state: dict[str, Any] = {}
        for _ in range(12):
            given = turn(chance.choice(["1", "2", "yes", "what?", "", "order"]), state)
            outcome = asyncio.run(_walk_any(source, given))
            over = [answer for answer in outcome.answers if isinstance(answer, HandOff | Close)]
            assert outcome.answers, (seed, "nothing was said")
            assert over == [] or (len(over) == 1 and outcome.answers[-1] is over[0]), seed
            state = outcome.state or {}
            waits = read(source).steps[state["at"]]
            assert over or type(waits).__name__ in ("QuestionStep", "ChoiceStep"), (seed, waits)
            if over:
                break


async def _walk_any(source: str, given: Turn) -> Outcome:
    async def call(step: CallStep, names: Names) -> dict[str, str] | None:
        return {"f": "1"} if given.id.int % 2 else None

    place = Place(given.state.get("at"), dict(given.state.get("fields", {})), given.state.get("wrong", 0))
    return await Walk(read(source), given, place, call).run()


def _any_flow(chance: random.Random) -> str:
    names = [f"s{place}" for place in range(chance.randint(1, 7))]

    def goes(key: str = "next") -> str:
        return f", {key}: {chance.choice(names)}" if chance.random() < 0.8 else ""

    def step() -> str:
        return chance.choice(
            [
                "{type: message, text: hi" + goes() + "}",
                "{type: question, text: q, field: f, tries: 2, check: {kind: yes_no}" + goes() + goes("failed") + "}",
                "{type: choice, text: c, options: [{title: order" + goes() + "}, {title: no}]" + goes() + "}",
                "{type: condition, branches: [{when: [{of: fields.f, test: known}], next: " + chance.choice(names) + "}]" + goes() + "}",
                "{type: label, add: [x]" + goes() + "}",
                '{type: call, url: "https://x.example/", save: {f: a}' + goes() + goes("failed") + "}",
                "{type: handoff, reason: r}",
                "{type: close}",
            ]
        )  # fmt: skip

    return "start: s0\nsteps:\n" + "\n".join(f"  {name}: {step()}" for name in names)

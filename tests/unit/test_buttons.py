"""Quick answers: shown where the channel can, numbered elsewhere, and what is no button."""

import pytest

from harken.bots.rules import chosen
from harken.connectors.api.manifest import api_capabilities
from harken.connectors.email.manifest import CAPABILITIES as MAIL
from harken.connectors.webchat.manifest import abilities as webchat
from harken.port.buttons import Button, button_faults, offered, usable

SIZES = [Button("Small", "s"), Button("Large", "l")]


def test_a_channel_with_buttons_shows_them_and_the_text_stays_as_it_is() -> None:
    for can in (webchat(), api_capabilities({})):
        assert offered(can, "Which?", SIZES) == ("Which?", SIZES)


def test_a_channel_without_buttons_has_them_numbered_below_the_text() -> None:
    assert offered(MAIL, "Which?", SIZES) == ("Which?\n\n1. Small\n2. Large", [])
    assert offered(MAIL, "", SIZES) == ("1. Small\n2. Large", [])
    assert offered(MAIL, "Hello", []) == ("Hello", [])


def test_more_than_the_channel_shows_are_numbered_all_of_them() -> None:
    text, shown = offered(webchat(), "Which?", [Button(str(n), str(n)) for n in range(11)])
    assert (shown, text.count("\n")) == ([], 12)


@pytest.mark.parametrize(
    ("buttons", "code"),
    [
        ([Button(str(n)) for n in range(100)], "too_many"),
        ([Button(" ", "x")], "required"),
        ([Button("x" * 10_000)], "too_long"),
        ([Button("x", "y" * 1001)], "too_long"),
        ([Button("One", "a"), Button("Two", "a")], "duplicate"),
        ([Button("One"), Button("Other", "One")], "duplicate"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_buttons_is_said(buttons: list[Button], code: str) -> None:
    assert ("buttons", code) in button_faults(buttons)
    kept = usable(buttons)
    assert len(kept) <= 10
    assert button_faults(kept) == [], "what is made usable is so"


def test_what_cannot_be_stored_is_not_in_a_button() -> None:
    (kept,) = usable([Button("a\x00b\nc\ud800", "v\x00")])
    kept.title.encode()
    assert "\x00" not in kept.title + kept.value
    assert "\n" not in kept.title


def test_a_pressed_value_counts_only_when_the_bot_had_offered_it() -> None:
    assert chosen(SIZES, "Small", "l") == "l"
    assert chosen(SIZES, "Whatever", "admin") is None
    assert chosen(SIZES, "large", "admin") == "l"
    assert chosen([], "Small", "s") is None

"""One emoji is a reaction; anything that could be read as text is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harken.conversations.emoji import is_emoji


@pytest.mark.parametrize(
    "emoji",
    [
        "👍",
        "👍🏽",
        "❤️",
        "❤",
        "👩‍👩‍👧‍👦",
        "🏳️‍🌈",
        "🇩🇪",
        "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
        "1️⃣",
        "#⃣",
        "✅",
        "➕",
        "‼️",
        "ℹ️",
        "㊗️",
        "🫡",
        "™️",
        "👨🏿‍🚀",
        "↔️",
        "©️",
    ],
)
def test_emoji_are_taken(emoji: str) -> None:
    assert is_emoji(emoji)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "a",
        "ok",
        "1",
        "👍👍",
        "👍 ",
        "\u200d",
        "👍\u200d",
        "🏽",
        "🇩",
        "🇩🇪🇫🇷",
        "<b>",
        "é",
        "\u202e👍",
        "👍\n",
        "\ufe0f",
        "漢",
        "👩\u200d" * 9 + "👩",
        "\ud83d",
        "±",
        "°",
        "¬",
    ],
)
def test_anything_else_is_not(text: str) -> None:
    assert not is_emoji(text)


@given(st.text(max_size=12))
def test_what_is_taken_holds_no_letter_no_space_and_no_markup(text: str) -> None:
    if is_emoji(text):
        assert len(text.encode()) <= 32
        assert not any(c.isspace() or (c.isascii() and c.isalpha()) or c in "<>&\"'" for c in text)

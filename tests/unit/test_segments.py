"""Lengths and SMS segments on the examples that the browser's lib/segments.test.ts has too."""

import json
from pathlib import Path
from typing import Any, get_args

import pytest

from harken.conversations.content import message_faults
from harken.port.capabilities import Capabilities, TextUnit
from harken.port.segments import GSM7, GSM7_EXTENSION, length_of, segments_of

EXAMPLES: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parents[1] / "examples" / "segments" / "segments.json").read_text()
)


@pytest.mark.parametrize("example", EXAMPLES["segments"], ids=lambda e: e["name"])
def test_a_text_makes_as_many_sms_as_published(example: dict[str, Any]) -> None:
    found = segments_of(example["text"] * example["repeat"])
    assert (found.encoding, found.units, found.segments, found.left) == (
        example["encoding"], example["units"], example["segments"], example["left"],
    )  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES["lengths"], ids=lambda e: e["text"])
def test_a_length_is_counted_in_the_channels_unit(example: dict[str, Any]) -> None:
    assert {unit: length_of(example["text"], unit) for unit in get_args(TextUnit)} == {
        unit: example[unit] for unit in get_args(TextUnit)
    }


def test_the_alphabet_has_127_characters_beside_escape() -> None:
    assert len(GSM7) == 127 and len(GSM7_EXTENSION) == 10 and not GSM7 & GSM7_EXTENSION


def test_the_server_refuses_by_the_same_count() -> None:
    sms = Capabilities(text_limit=2, text_unit="gsm7", files=[], max_files=0, captions=False)
    assert message_faults(sms, "a" * 306, []) == []
    assert message_faults(sms, "a" * 307, []) == [("text", "too_long")]
    telegram = Capabilities(text_limit=4, text_unit="utf16", files=[], max_files=0, captions=False)
    assert message_faults(telegram, "😀😀", []) == []
    assert message_faults(telegram, "😀😀a", []) == [("text", "too_long")]

"""What an answers bot does with what it found: say it, offer a choice, or own up. Pure."""

from collections.abc import Mapping
from typing import Final

import msgspec

from harken.bots.answers.matching import NO_MEANING, Entry, Knowledge, Match

PERSON: Final = "person"  # the value of the choice that asks for one


class Bounds(msgspec.Struct, frozen=True):
    """`sure`: the score from which an entry is said as it stands, if the next best is `margin` below. `maybe`: the score from
    which it is offered. The defaults come from tests/unit/test_answers_bot.py's questions."""

    sure: float = 0.6
    margin: float = 0.15
    maybe: float = 0.25
    most: int = 3


class Verbatim(msgspec.Struct, frozen=True):
    entry: Entry


class Choices(msgspec.Struct, frozen=True):
    entries: list[Entry]


class Miss(msgspec.Struct, frozen=True):
    """Nothing comes near."""


def decide(
    knowledge: Knowledge, question: str, language: str | None, bounds: Bounds, near: Mapping[str, float] = NO_MEANING
) -> Verbatim | Choices | Miss:
    """`near`: entries' scores by their meaning (nearness.py)."""
    return choose(knowledge.best(question, language, bounds.most + 1, near), bounds)


def choose(found: list[Match], bounds: Bounds) -> Verbatim | Choices | Miss:
    """`found`: the best first."""
    if not found or found[0].score < bounds.maybe:
        return Miss()
    second = found[1].score if len(found) > 1 else 0.0
    if found[0].score >= bounds.sure and found[0].score - second >= bounds.margin:
        return Verbatim(found[0].entry)
    return Choices([match.entry for match in found if match.score >= bounds.maybe][: bounds.most])

"""What a channel says and does of itself. Pure."""

from typing import Literal

import msgspec

Texts = dict[str, str]  # by language (BCP 47)


class Inactivity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of conversations in which the customer has said nothing for so long, and owes an answer.

    `remind_after`: minutes until the reminder; null: none. `close_after`: minutes from the reminder, or without one from the last
    thing that happened; null: it stays open. `closing`: said with the close.
    """

    remind_after: int | None = None
    reminder: Texts = {}
    close_after: int | None = None
    closing: Texts = {}


class Automatic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of one channel. `greeting`: to who writes anew in business hours; `away`: to who writes outside them.

    `bots` and `people`: inactivity while a bot handles, and while a person or nobody does. `language`: whose texts are for who
    speaks none of theirs, or an unknown one; null: the first by its code.
    """

    greeting: Texts = {}
    away: Texts = {}
    bots: Inactivity = msgspec.field(default_factory=Inactivity)
    people: Inactivity = msgspec.field(default_factory=Inactivity)
    language: str | None = None


Saying = Literal["greeting", "away"]
Step = Literal["remind", "close"]

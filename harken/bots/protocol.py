"""What passes between Harken and a bot of any kind: a turn, and the answers to it. Pure; every kind of bot codes
against this module, and the webhook's JSON is these structs (docs/bots.md).

A bot is asked once for each turn. Turns of one conversation go one after the other; what the customer writes meanwhile
is part of the next one. A bot keeps nothing itself: `state` is given back to it with the next turn of the conversation.
"""

from datetime import datetime
from typing import Any, Literal, Protocol
from uuid import UUID

import msgspec

from harken.conversations.model import Attachment
from harken.port.buttons import Button

TurnType = Literal["conversation_started", "message_added", "conversation_taken_over", "conversation_closed"]
Language = str  # BCP 47: "en", "de", "pt-BR"

MOST_ANSWERS = 10  # of one turn; more is taken for a loop
STATE_BYTES = 64 * 1024  # of a bot's state, as JSON


class TurnChannel(msgspec.Struct, frozen=True):
    """`connector`: "webchat", "email", "whatsapp", ..."""

    id: UUID
    name: str
    connector: str


class TurnContact(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    attributes: dict[str, Any] = {}


class TurnConversation(msgspec.Struct, frozen=True):
    """`labels`: their names. `language`: what the contact is known to speak."""

    id: UUID
    number: int
    channel: TurnChannel
    contact: TurnContact
    labels: list[str] = []
    language: Language | None = None
    subject: str = ""


class TurnMessage(msgspec.Struct, frozen=True):
    """One entry of the thread. `value`: of the button that the customer chose, by tapping, by its number or its title."""

    id: UUID
    author: Literal["contact", "agent", "bot", "system"]
    name: str
    text: str
    at: datetime
    attachments: list[Attachment] = []
    value: str | None = None


class Turn(msgspec.Struct, frozen=True):
    """What a bot is asked. `message`: all that the customer wrote since the last turn, in one (texts joined by a blank line,
    `id` of the newest); None of a turn that no message began. `transcript`: the newest 30 entries, newest last, without notes;
    it ends with `message`. `instructions`: what agents whispered, newest last. `goal`: why an agent handed it (back) to the bot.

    `conversation_taken_over` and `conversation_closed` tell; what is answered to them is not used.
    """

    id: UUID
    type: TurnType
    at: datetime
    epoch: int
    conversation: TurnConversation
    message: TurnMessage | None = None
    transcript: list[TurnMessage] = []
    state: dict[str, Any] = {}
    goal: str | None = None
    instructions: list[str] = []


class AnswerFile(msgspec.Struct, frozen=True):
    """One that Harken fetches, or one that it has (an uploaded file, a Quick Reply's)."""

    url: str | None = None
    file_id: UUID | None = None
    name: str = ""


class Say(msgspec.Struct, tag="say", tag_field="type", frozen=True):
    """To the customer. Buttons are native where the channel has them, numbered text elsewhere."""

    text: str = ""
    buttons: list[Button] = []
    attachments: list[AnswerFile] = []
    format: Literal["plain", "markdown"] = "plain"


class Note(msgspec.Struct, tag="note", tag_field="type", frozen=True):
    """To agents only."""

    text: str


class Suggest(msgspec.Struct, tag="suggest", tag_field="type", frozen=True):
    """A draft that an agent may send."""

    text: str


class HandOff(msgspec.Struct, tag="handoff", tag_field="type", frozen=True):
    """To a person: of a team, else of the conversation's. What follows it in the same outcome is not used."""

    reason: str
    summary: str = ""
    fields: dict[str, Any] = {}
    team_id: UUID | None = None


class Close(msgspec.Struct, tag="close", tag_field="type", frozen=True):
    """Refused of a bot that may not close."""

    reason: str = ""


class SetLabels(msgspec.Struct, tag="labels", tag_field="type", frozen=True):
    """By name; a label that does not exist is passed over."""

    add: list[str] = []
    remove: list[str] = []


class SetFields(msgspec.Struct, tag="fields", tag_field="type", frozen=True):
    """Custom attributes of the contact; null takes one away."""

    fields: dict[str, Any]


Answer = Say | Note | Suggest | HandOff | Close | SetLabels | SetFields


class Outcome(msgspec.Struct, frozen=True):
    """What a bot answers to a turn, in its order. `state` None: as it was. `step`: where it is, for who watches.
    `missed`: it did not understand; twice in a row is a hand-off. `unhappy`: the customer is, by the bot's reckoning.
    `knows`: what it has found out so far, for who watches. `model`: what wrote it, when a model did. `version`: of the bot's own, when Harken does not number it.

    No answer at all is fine: a bot that answers later says so with `later`; the time-out holds all the same.
    """

    answers: list[Answer] = []
    state: dict[str, Any] | None = None
    step: str | None = None
    knows: dict[str, Any] = {}
    missed: bool = False
    unhappy: bool = False
    model: str | None = None
    version: str | None = None
    later: bool = False


class BotFailed(Exception):
    """A bot that gave no answer that can be used. `kind` decides what is said of it, and whether it is asked once more."""

    def __init__(self, kind: Literal["timeout", "error", "garbage", "unreachable", "misconfigured"], text: str) -> None:
        super().__init__(text)
        self.kind: Literal["timeout", "error", "garbage", "unreachable", "misconfigured"] = kind
        self.text = text


class Brain(Protocol):
    """One version of one bot. May be asked again with the same turn (`turn.id`) after a failure or a restart."""

    async def answer(self, turn: Turn) -> Outcome:
        """Raises BotFailed. The runner bounds its time."""
        ...

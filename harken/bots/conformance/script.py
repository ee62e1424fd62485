"""The turns that a bot is tried with. Pure."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from harken.bots.protocol import Turn, TurnChannel, TurnContact, TurnConversation, TurnMessage, TurnType
from harken.conversations.model import Attachment
from harken.kit.ids import new_id

ODD: Final = (
    "\u200f\u0645\u0631\u062d\u0628\u0627 \U0001f469\U0001f3fd\u200d\U0001f680 z\u0337\u0322alg\u0361o " + "x" * 8_000
)


class Play:
    """One conversation with the bot; `turn` makes its next turn."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._conversation = TurnConversation(
            new_id(), 1001, TurnChannel(new_id(), "Web chat", "webchat"),
            TurnContact(new_id(), "Bo Berg", {"plan": "basic"}), language="en",
        )  # fmt: skip
        self._said: list[TurnMessage] = []

    def turn(
        self, type: TurnType, text: str | None = None, *, state: dict[str, Any] | None = None, file: bool = False
    ) -> Turn:
        self._now += timedelta(seconds=20)
        message = None
        if text is not None:
            attachments = [Attachment(new_id(), "order.pdf", "application/pdf", 20_000, "file")] if file else []
            message = TurnMessage(new_id(), "contact", "Bo Berg", text, self._now, attachments)
            self._said.append(message)
        epoch = 2 if type == "conversation_taken_over" else 1
        return Turn(
            new_id(), type, self._now, epoch, self._conversation, message, list(self._said[-30:]), state or {}
        )  # fmt: skip


def begin(now: datetime | None = None) -> Play:
    return Play(now or datetime.now(UTC))

"""What a bot is told of a conversation at its turn."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from harken.bots import store
from harken.bots.model import BotRow, Lease, TurnRow
from harken.bots.mood import is_unhappy
from harken.bots.protocol import Turn, TurnChannel, TurnContact, TurnConversation, TurnMessage
from harken.bots.rules import chosen
from harken.bots.wording import language_of
from harken.conversations.model import Attachment, BotState, HelpReason
from harken.kit.db import Tx

TRANSCRIPT: Final = 30
_MOST_TEXT: Final = 10_000


class Asking(msgspec.Struct, frozen=True):
    """A turn, ready to be put to the bot. `said`: what the customer wrote since the last; `seq`: up to which the bot then knows;
    `again`: it was asked once, in vain."""

    turn: Turn
    said: list[TurnMessage]
    seq: int
    language: str | None
    turns: int
    instructed: bool
    again: bool = False

    @property
    def unhappy(self) -> bool:
        return any(is_unhappy(message.text) for message in self.said)


class Scene(msgspec.Struct, frozen=True):
    """A conversation as it stands. `mine`: whether the bot of the turn handles it at the turn's epoch."""

    row: dict[str, Any]
    messages: list[tuple[int, TurnMessage]]  # with their seq, oldest first

    def is_lease_of(self, bot_id: UUID, epoch: int) -> bool:
        return self.row["handler_kind"] == "bot" and self.row["handler_id"] == bot_id and self.row["epoch"] == epoch

    def helps(self, reason: HelpReason) -> bool:
        """Whether it is shown already as one that may need a person, for this reason."""
        known = msgspec.convert(self.row["bot"] or {}, BotState).help
        return known is not None and known.reason == reason


async def load_scene(tx: Tx, workspace_id: UUID, conversation_id: UUID) -> Scene | None:
    row = await store.find_scene(tx, workspace_id, conversation_id)
    if row is None:
        return None
    rows = await store.Q.rows(
        tx, "list_transcript", workspace_id=workspace_id, conversation_id=conversation_id, limit=TRANSCRIPT
    )
    return Scene(row, [(r["seq"], message_from(r)) for r in reversed(rows)])


def asking(
    turn: TurnRow, scene: Scene, lease: Lease | None, asked_seq: int, state: dict[str, Any], at: datetime
) -> Asking:
    """`lease` None: of a bot in shadow mode, or that is only told."""
    fresh = [message for seq, message in scene.messages if seq > asked_seq and message.author == "contact"]
    choices = lease.choices if lease else []
    said = [msgspec.structs.replace(m, value=chosen(choices, m.text, m.value)) for m in fresh]
    bot_state = msgspec.convert(scene.row["bot"] or {}, BotState)
    theirs = [message.text for _, message in scene.messages if message.author == "contact"]
    language = language_of(scene.row["language"], theirs[-5:])
    instructions = lease.instructions if lease else []
    built = Turn(
        id=turn.id, type=turn.type, at=at, epoch=turn.epoch, conversation=conversation_of(scene, language),
        message=_merged(said), transcript=[msgspec.structs.replace(message, value=None) for _, message in scene.messages], state=state,
        goal=bot_state.goal, instructions=instructions,
    )  # fmt: skip
    return Asking(
        built,
        said,
        max((seq for seq, _ in scene.messages), default=0),
        language,
        bot_state.turns,
        bool(instructions),
        turn.attempt > 1,
    )


def must_disclose(bot: BotRow, *, model: bool) -> bool:
    """Whether it says that it is automated whatever its settings say."""
    return model or bot.disclosure.on


def _merged(said: Sequence[TurnMessage]) -> TurnMessage | None:
    """All in one: a bot is asked once for what came meanwhile."""
    if not said:
        return None
    last = said[-1]
    text = "\n\n".join(message.text for message in said if message.text)
    files = [file for message in said for file in message.attachments]
    return msgspec.structs.replace(last, text=text, attachments=files)


def conversation_of(scene: Scene, language: str | None) -> TurnConversation:
    r = scene.row
    return TurnConversation(
        r["id"], r["number"], TurnChannel(r["channel_id"], r["channel_name"], r["connector"]),
        TurnContact(r["contact_id"], r["contact_name"], r["attributes"]), r["labels"], language, r["subject"],
    )  # fmt: skip


def message_from(r: Any) -> TurnMessage:
    files = msgspec.convert(r["attachments"], list[Attachment])
    return TurnMessage(
        r["id"], r["author_kind"], r["author_name"], r["text"][:_MOST_TEXT], r["created_at"], files, r["pressed"]
    )

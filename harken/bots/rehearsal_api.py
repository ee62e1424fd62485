"""The test chat: a bot as it is being written, asked one turn; nothing is stored and nothing is sent."""

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import post

from harken.bots import setup
from harken.bots.brains import BotConfig
from harken.bots.kinds import KINDS
from harken.bots.protocol import (
    BotFailed,
    Outcome,
    Turn,
    TurnChannel,
    TurnContact,
    TurnConversation,
    TurnMessage,
)
from harken.channels.wire import open_secrets
from harken.kit.errors import Invalid
from harken.kit.ids import new_id
from harken.people.model import Caller
from harken.port.services import Services

_NOBODY = UUID(int=0)


class RehearsalMessage(msgspec.Struct, forbid_unknown_fields=True):
    author: Literal["contact", "bot"]
    text: Annotated[str, msgspec.Meta(max_length=10_000)]
    value: str | None = None


class Rehearsal(msgspec.Struct, forbid_unknown_fields=True):
    """`settings`: as they would be saved. `bot_id`: whose secrets are used. `messages`: of the chat so far; when the last is the
    customer's, it is what the bot is asked. `state`: as the last answer had it."""

    kind: str
    settings: dict[str, Any]
    bot_id: UUID | None = None
    messages: Annotated[list[RehearsalMessage], msgspec.Meta(max_length=200)] = []
    state: dict[str, Any] = {}
    attributes: dict[str, Any] = {}
    name: str = "Customer"
    language: str | None = None


class Rehearsed(msgspec.Struct, frozen=True):
    """`error`: why it gave no answer."""

    outcome: Outcome | None
    error: str | None = None


@post("/api/bots/rehearsal", tags=["bots"], status_code=200)
async def post_rehearsal(caller: Caller, services: Services, data: Rehearsal) -> Rehearsed:
    """One turn of a test chat. For admins."""
    caller.require("admin")
    kind = KINDS.get(data.kind)
    if kind is None:
        raise Invalid(("kind", "unknown"))
    secrets: dict[str, str] = {}
    if data.bot_id is not None:
        async with services.db.connection() as connection:
            row = await setup.get_record(connection, caller.workspace_id, data.bot_id)
        secrets = open_secrets(services.sealer, row["sealed"])
    plain = {name: value for name, value in data.settings.items() if name not in kind.secrets}
    secrets |= {name: str(value) for name, value in data.settings.items() if name in kind.secrets and value}
    config = BotConfig(
        data.bot_id or _NOBODY, caller.workspace_id, "Rehearsal", data.kind, 0, kind.check(plain), secrets
    )
    try:
        return Rehearsed(await kind.brain(config, services).answer(_turn(services, data)))
    except BotFailed as failed:
        return Rehearsed(None, failed.text)


def _turn(services: Services, data: Rehearsal) -> Turn:
    now = services.clock.now()
    transcript = [
        TurnMessage(
            new_id(),
            message.author,
            data.name if message.author == "contact" else "",
            message.text,
            now,
            value=message.value,
        )
        for message in data.messages
    ]
    asked = transcript[-1] if transcript and transcript[-1].author == "contact" else None
    began = not any(message.author == "bot" for message in transcript)
    conversation = TurnConversation(
        _NOBODY, 1, TurnChannel(_NOBODY, "Rehearsal", "webchat"), TurnContact(_NOBODY, data.name, data.attributes),
        language=data.language,
    )  # fmt: skip
    return Turn(
        new_id(),
        "conversation_started" if began else "message_added",
        now,
        1,
        conversation,
        asked,
        transcript,
        data.state,
    )


ROUTES = [post_rehearsal]

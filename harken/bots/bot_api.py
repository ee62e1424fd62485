"""The bot API: what a bot outside says of its own accord, or later than the response to a turn. Bearer: the bot's token.

Every call names the epoch of the turn that it answers. 409 `lease_lost` when the conversation has moved on, `bot_paused`
(with `until`) while an agent is writing.
"""

from typing import Annotated, Any, Final, Literal
from uuid import UUID

import msgspec
from litestar import Request, Response, post
from litestar.datastructures import State

from harken.bots import store
from harken.bots.admission import Admission, Author, Refused, admitted, lease_lost
from harken.bots.files import with_files
from harken.bots.kinds import KINDS
from harken.bots.model import BotRow
from harken.bots.protocol import AnswerFile, BotFailed, Say
from harken.bots.turns import Scene, load_scene
from harken.bots.wording import language_of
from harken.conversations.actions.outlet import Outlet
from harken.conversations.model import Message
from harken.conversations.outlets import outlet_of
from harken.conversations.rules import access_of
from harken.conversations.store import lock_conversation, place_of
from harken.events.log import writing
from harken.kit.allowance import Allowances
from harken.kit.crypto import token_hash
from harken.kit.errors import Conflict, Forbidden, Invalid, NotFound, NotSignedIn, TooMany
from harken.kit.text import storable
from harken.port.buttons import Button, button_faults
from harken.port.host import Host
from harken.port.services import Services

_ONE: Final = "/api/bot/conversations/{conversation_id:uuid}"
_PER_SECOND, _BURST = 10, 60  # calls of one bot
_PATIENCE: Final = 600  # seconds: a bot that only types has this long
_calls: Final = Allowances(_PER_SECOND, _BURST)
_ClientId = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=r"^[\x20-\x7e]+\Z")]


class BotMessage(msgspec.Struct, forbid_unknown_fields=True):
    epoch: int
    client_message_id: _ClientId
    text: str = ""
    buttons: list[Button] = []
    attachments: Annotated[list[AnswerFile], msgspec.Meta(max_length=10)] = []
    format: Literal["plain", "markdown"] = "plain"
    model: str | None = None


class BotHandOff(msgspec.Struct, forbid_unknown_fields=True):
    epoch: int
    reason: str = ""
    summary: str = ""
    fields: dict[str, Any] = {}
    team_id: UUID | None = None


class BotClosure(msgspec.Struct, forbid_unknown_fields=True):
    epoch: int
    reason: str = ""


class BotText(msgspec.Struct, forbid_unknown_fields=True):
    epoch: int
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=10_000)]


class BotTyping(msgspec.Struct, forbid_unknown_fields=True):
    epoch: int


class Taken(msgspec.Struct, frozen=True):
    """`sent`: it goes to the customer; `held`: an agent decides; `handed_off`: Harken gave it to people instead (`reason`)."""

    status: str
    message_id: UUID | None = None
    reason: str | None = None


@post(_ONE + "/messages", tags=["bot API"], opt={"anonymous": True})
async def bot_says(
    request: Request[Any, Any, Any], services: Services, state: State, conversation_id: UUID, data: BotMessage
) -> Response[Taken]:
    """Says something to the customer. Repeated with the same client_message_id it is said once."""
    bot = await _bot_of(request, services)
    scene, outlet = await _scene(services, state, bot, conversation_id, data.epoch)
    if known := await _said_before(services, bot, conversation_id, data.client_message_id):
        return Response(known, status_code=200)
    now = services.clock.now()
    if faults := button_faults(data.buttons):
        raise Invalid(*faults)
    say = Say(data.text, data.buttons, data.attachments, data.format)
    try:
        answers = await with_files(services, bot.workspace_id, conversation_id, scene.row["channel_id"], [say], now)
    except BotFailed as failed:
        raise Invalid(("attachments", "unknown"), detail=failed.text) from failed
    async with writing(services.db, bot.workspace_id) as w:
        admission = await admitted(w, bot, conversation_id, data.epoch, outlet, now)
        if repeated := await admission.repeated(data.client_message_id):
            return Response(Taken("sent", repeated.id), status_code=200)
        taken = await _say(admission, bot, scene, answers[0], data)
        said = await admission.commit()
    host: Host = state.host
    host.bot_types(bot.workspace_id, conversation_id, said.team_id, bot.id, bot.name, active=False)
    return Response(taken, status_code=201)


@post(_ONE + "/handoff", tags=["bot API"], opt={"anonymous": True}, status_code=200)
async def bot_hands_off(
    request: Request[Any, Any, Any], services: Services, state: State, conversation_id: UUID, data: BotHandOff
) -> Taken:
    """Gives the conversation to a person."""
    bot = await _bot_of(request, services)
    scene, outlet = await _scene(services, state, bot, conversation_id, data.epoch)
    async with writing(services.db, bot.workspace_id) as w:
        admission = await admitted(w, bot, conversation_id, data.epoch, outlet, services.clock.now(), even_paused=True)
        await admission.hand_off(
            data.reason or "bot", data.summary, data.fields, data.team_id, language=_language(scene)
        )
        await admission.commit()
    return Taken("handed_off", reason=data.reason or "bot")


@post(_ONE + "/closure", tags=["bot API"], opt={"anonymous": True}, status_code=200)
async def bot_closes(
    request: Request[Any, Any, Any], services: Services, state: State, conversation_id: UUID, data: BotClosure
) -> Taken:
    """403 for a bot that may not; 409 customer_waits while the customer has written something that it was not asked about."""
    bot = await _bot_of(request, services)
    if not bot.limits.may_close:
        raise Forbidden("this bot may not close")
    _, outlet = await _scene(services, state, bot, conversation_id, data.epoch)
    async with writing(services.db, bot.workspace_id) as w:
        admission = await admitted(w, bot, conversation_id, data.epoch, outlet, services.clock.now())
        if await store.has_due_turn(w.tx, w.workspace_id, conversation_id, data.epoch):
            raise Conflict("the customer has written meanwhile", code="customer_waits")
        await admission.close(data.reason)
        await admission.commit()
    return Taken("closed")


@post(_ONE + "/note", tags=["bot API"], opt={"anonymous": True})
async def bot_notes(
    request: Request[Any, Any, Any], services: Services, state: State, conversation_id: UUID, data: BotText
) -> Taken:
    """A note, for agents only."""
    bot = await _quietly(request, services, state, conversation_id, data.epoch)
    async with writing(services.db, bot.workspace_id) as w:
        admission = await admitted(w, bot, conversation_id, data.epoch, None, services.clock.now(), even_paused=True)
        await admission.note(data.text)
        await admission.commit()
    return Taken("noted")


@post(_ONE + "/suggestion", tags=["bot API"], opt={"anonymous": True})
async def bot_suggests(
    request: Request[Any, Any, Any], services: Services, state: State, conversation_id: UUID, data: BotText
) -> Taken:
    """A draft that an agent may send."""
    bot = await _quietly(request, services, state, conversation_id, data.epoch)
    async with writing(services.db, bot.workspace_id) as w:
        admission = await admitted(w, bot, conversation_id, data.epoch, None, services.clock.now(), even_paused=True)
        admission.suggest(storable(data.text, 10_000))
        await admission.commit()
    return Taken("held")


@post(_ONE + "/typing", tags=["bot API"], opt={"anonymous": True}, status_code=204)
async def bot_types(
    request: Request[Any, Any, Any], services: Services, state: State, conversation_id: UUID, data: BotTyping
) -> None:
    """It is still at work: the time-out of an answer that it promised begins anew, for ten minutes at most. The customer is
    shown that it writes, for some seconds, but not while an agent does or approves what it says."""
    bot = await _quietly(request, services, state, conversation_id, data.epoch)
    now = services.clock.now()
    async with writing(services.db, bot.workspace_id) as w:
        admission = await admitted(w, bot, conversation_id, data.epoch, None, now, even_paused=True)
        waiting = admission.before.waiting_since
        patient = waiting is None or (now - waiting).total_seconds() < _PATIENCE
        if admission.lease.phase == "expected" and patient:
            admission.expect("expected")
            await store.save_lease(w.tx, w.workspace_id, admission.lease)
        known = admission.state
        quiet = known.mode == "approve" or (known.paused_until is not None and known.paused_until > now)
        place = access_of(place_of(admission.before))
    if not quiet and patient:
        host: Host = state.host
        host.bot_types(bot.workspace_id, conversation_id, place.team_id, bot.id, bot.name, active=True)


async def _say(admission: Admission, bot: BotRow, scene: Scene, say: Any, data: BotMessage) -> Taken:
    kind = KINDS.get(bot.kind)
    author = Author(
        str(admission.lease.version), data.model, _language(scene),
        must_disclose=data.model is not None or bool(kind and kind.model),
    )  # fmt: skip
    try:
        message: Message | None = await admission.say(say, author, data.client_message_id)
    except Refused as refused:
        await admission.hand_off(refused.reason, refused.summary, language=author.language)
        return Taken("handed_off", reason=refused.reason)
    if message is None:
        admission.help("waiting")
        admission.expect("held")
        return Taken("held")
    if admission.lease.phase == "expected":
        admission.expect("idle")
    return Taken("sent", message.id)


async def _bot_of(request: Request[Any, Any, Any], services: Services) -> BotRow:
    """Raises NotSignedIn, TooMany."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise NotSignedIn
    async with services.db.connection() as connection:
        row = await store.Q.row(connection, "find_by_token", token_hash=token_hash(token.strip()))
    if row is None:
        raise NotSignedIn
    if not _calls.take(row["id"]):
        raise TooMany("this bot calls too often", retry_after=1)
    return store.bot_from(row)


async def _quietly(
    request: Request[Any, Any, Any], services: Services, state: State, conversation_id: UUID, epoch: int
) -> BotRow:
    bot = await _bot_of(request, services)
    await _scene(services, state, bot, conversation_id, epoch)
    return bot


async def _scene(
    services: Services, state: State, bot: BotRow, conversation_id: UUID, epoch: int
) -> tuple[Scene, Outlet | None]:
    """Read before the transaction; it is compared again there. Raises NotFound, Conflict `lease_lost`."""
    async with services.db.connection() as connection:
        scene = await load_scene(connection, bot.workspace_id, conversation_id)
    if scene is None:
        raise NotFound("no such conversation")
    if not scene.is_lease_of(bot.id, epoch):
        async with services.db.tx() as tx:
            raise lease_lost(await lock_conversation(tx, bot.workspace_id, conversation_id))
    return scene, await outlet_of(services, state, bot.workspace_id, scene.row["channel_id"])


async def _said_before(services: Services, bot: BotRow, conversation_id: UUID, client_id: str) -> Taken | None:
    """A repetition need not fetch its files again."""
    async with services.db.connection() as connection:
        id = await store.Q.value(
            connection, "find_said", workspace_id=bot.workspace_id, conversation_id=conversation_id, bot_id=bot.id,
            client_message_id=client_id,
        )  # fmt: skip
    return Taken("sent", id) if id else None


def _language(scene: Scene) -> str | None:
    theirs = [message.text for _, message in scene.messages if message.author == "contact"]
    return language_of(scene.row["language"], theirs[-5:])


ROUTES = [bot_says, bot_hands_off, bot_closes, bot_notes, bot_suggests, bot_types]

"""The REST calls with which a bot written for Chatwoot answers, labels, hands off and closes, under /compat/chatwoot.

Paths, fields and their types are those of Chatwoot's published API; the header `api_access_token` takes the bot's token.
Such a bot knows no epoch: it is held to the lease that it has now, and answered 409 when it has none.
"""

from typing import Annotated, Any, Final, Literal
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.datastructures import State

from harken.bots import store
from harken.bots.admission import Admission, Author, Refused, admitted, lease_lost
from harken.bots.chatwoot.wire import message as message_shown
from harken.bots.model import BotRow
from harken.bots.protocol import Button, Say
from harken.bots.turns import load_scene
from harken.bots.wording import language_of
from harken.conversations.actions.outlet import Outlet
from harken.conversations.model import Message
from harken.conversations.outlets import outlet_of
from harken.conversations.store import lock_conversation
from harken.events.log import Writer, writing
from harken.kit.allowance import Allowances
from harken.kit.crypto import token_hash
from harken.kit.db import Tx, queries_beside
from harken.kit.errors import Conflict, Forbidden, NotFound, NotSignedIn, TooMany
from harken.port.services import Services

_Q = queries_beside(__file__)
_ONE: Final = "/compat/chatwoot/api/v1/accounts/{account_id:int}/conversations/{number:int}"
_calls: Final = Allowances(10, 60)
_Any = Request[Any, Any, Any]


class NewMessage(msgspec.Struct):
    """`content_attributes.items`: the choices of an `input_select`, `{"title", "value"}` each."""

    content: Annotated[str, msgspec.Meta(max_length=150_000)] = ""
    message_type: Literal["outgoing", "incoming"] = "outgoing"
    private: bool = False
    content_type: str = "text"
    content_attributes: dict[str, Any] = {}
    echo_id: str | None = None


class Status(msgspec.Struct):
    status: Literal["open", "resolved", "pending", "snoozed"]


class Assignment(msgspec.Struct):
    assignee_id: int | None = None
    team_id: int | None = None


class Labels(msgspec.Struct):
    labels: Annotated[list[str], msgspec.Meta(max_length=100)]


class _Select(msgspec.Struct):
    title: str
    value: str = ""


class _Place(msgspec.Struct, frozen=True):
    """Who calls, about what."""

    bot: BotRow
    conversation_id: UUID
    number: int
    outlet: Outlet | None
    language: str | None


@post(_ONE + "/messages", tags=["Chatwoot"], opt={"anonymous": True}, status_code=200)
async def chatwoot_message(
    request: _Any, services: Services, state: State, account_id: int, number: int, data: NewMessage
) -> dict[str, Any]:
    """Answers the customer, or with `private` writes a note."""
    if data.message_type != "outgoing":
        raise Forbidden("a bot writes outgoing messages")
    place = await _place(request, services, state, number)
    now = services.clock.now()
    async with writing(services.db, place.bot.workspace_id) as w:
        admission = await _admitted(w, services, place)
        if data.private:
            await admission.note(data.content)
            written: Message | None = admission.change.messages[-1]
        else:
            written = await _say(admission, place, data)
        await admission.commit()
    id, at = (written.id, written.created_at) if written else (place.conversation_id, now)
    return message_shown(id, number, data.content, at, private=data.private, content_type=data.content_type)


@post(_ONE + "/toggle_status", tags=["Chatwoot"], opt={"anonymous": True}, status_code=200)
async def chatwoot_status(
    request: _Any, services: Services, state: State, account_id: int, number: int, data: Status
) -> dict[str, Any]:
    """`open` hands off to a person, `resolved` closes; `pending` is what it is while a bot handles."""
    place = await _place(request, services, state, number)
    if data.status in ("open", "resolved"):
        await _end(services, place, data.status)
    current = {"open": "open", "resolved": "resolved"}.get(data.status, "pending")
    return {"meta": {}, "payload": {"success": True, "conversation_id": number, "current_status": current}}


@post(_ONE + "/assignments", tags=["Chatwoot"], opt={"anonymous": True}, status_code=200)
async def chatwoot_assign(
    request: _Any, services: Services, state: State, account_id: int, number: int, data: Assignment
) -> dict[str, Any]:
    """To a person. Whom is theirs to decide: Chatwoot's numbers of agents and teams mean nobody here."""
    await _end(services, await _place(request, services, state, number), "open")
    return {"id": data.assignee_id or data.team_id}


@get(_ONE + "/labels", tags=["Chatwoot"], opt={"anonymous": True})
async def chatwoot_labels(
    request: _Any, services: Services, state: State, account_id: int, number: int
) -> dict[str, list[str]]:
    place = await _place(request, services, state, number)
    async with services.db.connection() as connection:
        return {"payload": await _label_names(connection, place)}


@post(_ONE + "/labels", tags=["Chatwoot"], opt={"anonymous": True}, status_code=200)
async def chatwoot_label(
    request: _Any, services: Services, state: State, account_id: int, number: int, data: Labels
) -> dict[str, list[str]]:
    """Sets them; a label that does not exist is passed over."""
    place = await _place(request, services, state, number)
    names = [name.casefold() for name in data.labels]
    async with writing(services.db, place.bot.workspace_id) as w:
        admission = await _admitted(w, services, place)
        rows = await _Q.rows(w.tx, "list_label_ids", workspace_id=w.workspace_id, names=names)
        admission.label([row["id"] for row in rows], admission.change.after.labels)
        await admission.commit()
    async with services.db.connection() as connection:
        return {"payload": await _label_names(connection, place)}


async def _place(request: _Any, services: Services, state: State, number: int) -> _Place:
    """Raises NotSignedIn, TooMany, NotFound; Conflict `lease_lost` for a conversation that is not the bot's."""
    token = request.headers.get("api_access_token", "").strip()
    async with services.db.connection() as connection:
        row = await store.Q.row(connection, "find_by_token", token_hash=token_hash(token)) if token else None
        if row is None:
            raise NotSignedIn
        bot = store.bot_from(row)
        if bot.kind != "chatwoot":
            raise Forbidden("these calls are for bots of the kind chatwoot")
        if not _calls.take(bot.id):
            raise TooMany("this bot calls too often", retry_after=1)
        found = await _Q.row(connection, "find_conversation", workspace_id=bot.workspace_id, number=number)
        scene = await load_scene(connection, bot.workspace_id, found["id"]) if found else None
    if found is None or scene is None:
        raise NotFound("no such conversation")
    if not scene.is_lease_of(bot.id, scene.row["epoch"]):
        async with services.db.tx() as tx:
            raise lease_lost(await lock_conversation(tx, bot.workspace_id, found["id"]))
    outlet = await outlet_of(services, state, bot.workspace_id, scene.row["channel_id"])
    theirs = [message.text for _, message in scene.messages if message.author == "contact"]
    return _Place(bot, found["id"], number, outlet, language_of(scene.row["language"], theirs[-5:]))


async def _admitted(w: Writer, services: Services, place: _Place, *, even_paused: bool = False) -> Admission:
    now = services.clock.now()
    return await admitted(w, place.bot, place.conversation_id, None, place.outlet, now, even_paused=even_paused)


async def _say(admission: Admission, place: _Place, data: NewMessage) -> Message | None:
    """None when an agent decides, or when Harken gave the conversation to a person instead."""
    author = Author(str(admission.lease.version), None, place.language)
    client_id = f"chatwoot:{data.echo_id}"[:100] if data.echo_id else None
    if client_id and (known := await admission.repeated(client_id)):
        return known
    try:
        message = await admission.say(Say(data.content, _buttons(data)), author, client_id)
    except Refused as refused:
        await admission.hand_off(refused.reason, refused.summary, language=place.language)
        return None
    if message is None:
        admission.help("waiting")
        admission.expect("held")
    elif admission.lease.phase == "expected":
        admission.expect("idle")
    return message


def _buttons(data: NewMessage) -> list[Button]:
    try:
        items = msgspec.convert(data.content_attributes.get("items", []), list[_Select])
    except msgspec.ValidationError:
        return []
    return [Button(item.title, item.value) for item in items[:10]] if data.content_type == "input_select" else []


async def _end(services: Services, place: _Place, status: str) -> None:
    if status == "resolved" and not place.bot.limits.may_close:
        raise Forbidden("this bot may not close")
    async with writing(services.db, place.bot.workspace_id) as w:
        admission = await _admitted(w, services, place, even_paused=status == "open")
        if status == "open":
            await admission.hand_off("bot", language=place.language)
        elif await store.has_due_turn(w.tx, w.workspace_id, place.conversation_id, admission.lease.epoch):
            raise Conflict("the customer has written meanwhile", code="customer_waits")
        else:
            await admission.close("resolved")
        await admission.commit()


async def _label_names(tx: Tx, place: _Place) -> list[str]:
    rows = await _Q.rows(
        tx, "list_label_names", workspace_id=place.bot.workspace_id, conversation_id=place.conversation_id
    )
    return [row["name"] for row in rows]


ROUTES = [chatwoot_message, chatwoot_status, chatwoot_assign, chatwoot_labels, chatwoot_label]

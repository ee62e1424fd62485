"""What agents do to order their desk, over HTTP: put aside, prioritise, react; and one action on many conversations."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import delete, post, put
from litestar.datastructures import State

from harken.conversations import store
from harken.conversations.actions.change import lock_visible
from harken.conversations.actions.close import close
from harken.conversations.actions.handler import Assignment, assign
from harken.conversations.actions.label import put_labels
from harken.conversations.actions.priority import prioritise
from harken.conversations.actions.react import react
from harken.conversations.actions.read import mark_read
from harken.conversations.actions.snooze import snooze, unsnooze
from harken.conversations.model import Conversation, HandlerKind, Message, Priority
from harken.conversations.outlets import outlet_of
from harken.events.log import Writer, writing
from harken.kit.errors import HarkenError
from harken.people.model import Caller
from harken.port.services import Services

_ONE = "/api/conversations/{conversation_id:uuid}"
_REACTION = _ONE + "/messages/{message_id:uuid}/reaction"
_Time = Annotated[datetime, msgspec.Meta(tz=True)]
_MOST = 200


class NewSnooze(msgspec.Struct, forbid_unknown_fields=True):
    """`until` null: until the customer writes. `inbound_count`: as the caller saw it."""

    until: _Time | None = None
    inbound_count: int | None = None


class NewPriority(msgspec.Struct, forbid_unknown_fields=True):
    priority: Priority


class NewReaction(msgspec.Struct, forbid_unknown_fields=True):
    emoji: Annotated[str, msgspec.Meta(min_length=1, max_length=32)]


class Pick(msgspec.Struct, tag="pick", tag_field="kind", forbid_unknown_fields=True):
    pass


class Forward(msgspec.Struct, tag="forward", tag_field="kind", forbid_unknown_fields=True):
    """To an agent, a bot, or (`none`) to an Inbox. `team_id`: whose it is then; left out, it stays."""

    to: HandlerKind
    id: UUID | None = None
    team_id: UUID | msgspec.UnsetType | None = msgspec.UNSET
    note: str = ""


class AddLabels(msgspec.Struct, tag="label", tag_field="kind", forbid_unknown_fields=True):
    labels: list[UUID]


class TakeLabels(msgspec.Struct, tag="unlabel", tag_field="kind", forbid_unknown_fields=True):
    labels: list[UUID]


class Close(msgspec.Struct, tag="close", tag_field="kind", forbid_unknown_fields=True):
    reason: str | None = None


class PutAside(msgspec.Struct, tag="snooze", tag_field="kind", forbid_unknown_fields=True):
    until: _Time | None = None


class Prioritise(msgspec.Struct, tag="priority", tag_field="kind", forbid_unknown_fields=True):
    priority: Priority


class MarkRead(msgspec.Struct, tag="read", tag_field="kind", forbid_unknown_fields=True):
    pass


Action = Pick | Forward | AddLabels | TakeLabels | Close | PutAside | Prioritise | MarkRead


class ForMany(msgspec.Struct, forbid_unknown_fields=True):
    ids: Annotated[list[UUID], msgspec.Meta(min_length=1, max_length=_MOST)]
    action: Action


class Problem(msgspec.Struct, frozen=True):
    status: int
    code: str
    detail: str


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """`problem` when it was refused; the others are done all the same."""

    id: UUID
    ok: bool
    problem: Problem | None = None


class Outcomes(msgspec.Struct, frozen=True):
    items: list[Outcome]


@put(_ONE + "/snooze", tags=["conversations"])
async def put_snooze(caller: Caller, services: Services, conversation_id: UUID, data: NewSnooze) -> Conversation:
    """Puts it aside until a time or until the customer writes. 409 bot_handles, conversation_closed, customer_wrote."""
    async with writing(services.db, caller.workspace_id) as w:
        return await snooze(w, caller, conversation_id, data.until, data.inbound_count, services.clock.now())


@delete(_ONE + "/snooze", tags=["conversations"], status_code=200)
async def delete_snooze(caller: Caller, services: Services, conversation_id: UUID) -> Conversation:
    """Back to its place; what is not put aside stays as it is."""
    async with writing(services.db, caller.workspace_id) as w:
        return await unsnooze(w, caller, conversation_id, services.clock.now())


@put(_ONE + "/priority", tags=["conversations"])
async def put_priority(caller: Caller, services: Services, conversation_id: UUID, data: NewPriority) -> Conversation:
    """How urgent it is."""
    async with writing(services.db, caller.workspace_id) as w:
        return await prioritise(w, caller, conversation_id, data.priority, services.clock.now())


@put(_REACTION, tags=["conversations"])
async def put_reaction(
    caller: Caller, services: Services, state: State, conversation_id: UUID, message_id: UUID, data: NewReaction
) -> Message:
    """The caller's own, in place of another. 409 not_supported where the channel has none, and for notes and lines."""
    return await _react(caller, services, state, conversation_id, message_id, data.emoji)


@delete(_REACTION, tags=["conversations"], status_code=200)
async def delete_reaction(
    caller: Caller, services: Services, state: State, conversation_id: UUID, message_id: UUID
) -> Message:
    """Takes the caller's own back."""
    return await _react(caller, services, state, conversation_id, message_id, "")


@post("/api/conversations/bulk", tags=["conversations"], status_code=200)
async def act_on_many(caller: Caller, services: Services, data: ForMany) -> Outcomes:
    """One action on at most 200 conversations, each for itself: what is refused for one is done for the others."""
    return Outcomes([await _act(caller, services, data.action, id) for id in dict.fromkeys(data.ids)])


async def _react(
    caller: Caller, services: Services, state: State, conversation_id: UUID, message_id: UUID, emoji: str
) -> Message:
    async with services.db.connection() as connection:
        conversation = await store.get_visible(connection, caller, conversation_id)
    outlet = await outlet_of(services, state, caller.workspace_id, conversation.channel_id)
    async with writing(services.db, caller.workspace_id) as w:
        return await react(w, caller, conversation_id, message_id, emoji, outlet, services.clock.now())


async def _act(caller: Caller, services: Services, action: Action, id: UUID) -> Outcome:
    try:
        async with writing(services.db, caller.workspace_id) as w:
            await _doing(action)(w, caller, id, services.clock.now())
    except HarkenError as error:
        return Outcome(id, ok=False, problem=Problem(error.status, error.code, error.detail))
    return Outcome(id, ok=True)


def _doing(action: Action) -> Callable[[Writer, Caller, UUID, datetime], Awaitable[object]]:
    match action:
        case Pick():
            return lambda w, caller, id, at: assign(w, caller, id, Assignment("agent", caller.agent_id), at)
        case Forward(to, handler_id, team_id, note):
            move = not isinstance(team_id, msgspec.UnsetType)
            team = None if isinstance(team_id, msgspec.UnsetType) else team_id
            wanted = Assignment(to, None if to == "none" else handler_id, team, move, note=note)
            return lambda w, caller, id, at: assign(w, caller, id, wanted, at)
        case AddLabels(labels):
            return lambda w, caller, id, at: _relabel(w, caller, id, labels, "add", at)
        case TakeLabels(labels):
            return lambda w, caller, id, at: _relabel(w, caller, id, labels, "take", at)
        case Close(reason):
            return lambda w, caller, id, at: close(w, caller, id, reason, None, at)
        case PutAside(until):
            return lambda w, caller, id, at: snooze(w, caller, id, until, None, at)
        case Prioritise(priority):
            return lambda w, caller, id, at: prioritise(w, caller, id, priority, at)
        case MarkRead():
            return lambda w, caller, id, at: mark_read(w, caller, id, None, at)


async def _relabel(
    w: Writer, caller: Caller, id: UUID, labels: list[UUID], way: Literal["add", "take"], at: datetime
) -> Conversation:
    held = (await lock_visible(w, caller, id)).labels
    wanted = [*held, *labels] if way == "add" else [label for label in held if label not in labels]
    return await put_labels(w, caller, id, wanted, at)


ROUTES = [put_snooze, delete_snooze, put_priority, put_reaction, delete_reaction, act_on_many]

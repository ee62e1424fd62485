"""What goes to a socket: an event of the log encoded once, who may see it, and the few frames without a seq. Pure."""

from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

import msgspec

from harken.conversations.rules import may_see
from harken.events.log import Event
from harken.events.types import CONVERSATION_HIDDEN, Access, Actor, Audience
from harken.people.model import Caller

Sight = Literal["shown", "hidden", "none"]
EphemeralKind = Literal["typing", "viewing"]

RESYNC: Final = '{"type":"resync"}'
PONG: Final = '{"type":"pong"}'

_encoder = msgspec.json.Encoder()


class Frame:
    """One event, encoded up to what differs from socket to socket: the `prev` after its seq."""

    __slots__ = ("_event", "_head", "_hidden", "_shown", "audience", "conversation_id", "payload", "seq", "type")

    def __init__(self, event: Event) -> None:
        self.seq, self.type, self.audience = event.seq, event.type, event.audience
        self.conversation_id, self.payload = event.conversation_id, event.payload
        self._event = event
        self._head = f'{{"seq":{event.seq},"prev":'
        self._shown = _tail(event.type, event.at, event.actor, event.payload)
        self._hidden: str | None = None

    def text(self, prev: int) -> str:
        return f"{self._head}{prev}{self._shown}"

    def hidden_text(self, prev: int) -> str:
        """For who saw the conversation before this event and no longer may: where it was, and nothing else."""
        if self._hidden is None:
            place = msgspec.json.decode(self._event.payload, type=_Previous).previous
            data = _encoder.encode({"conversation_id": self.conversation_id, "previous": place}).decode()
            self._hidden = _tail(CONVERSATION_HIDDEN, self._event.at, self._event.actor, data)
        return f"{self._head}{prev}{self._hidden}"


class _Previous(msgspec.Struct):
    previous: dict[str, Any] | None = None


def _tail(type: str, at: datetime, actor: str, data: str) -> str:
    return f',"type":"{type}","at":"{at.isoformat().replace("+00:00", "Z")}","actor":{actor},"data":{data}}}'


def sight_of(caller: Caller, audience: Audience) -> Sight:
    """What an agent gets of an event: all of it, that it is gone for them, or nothing."""
    match audience.kind:
        case "workspace":
            return "shown"
        case "agent":
            return "shown" if audience.agent_id == caller.agent_id else "none"
        case "team":
            return "shown" if audience.team_id in caller.team_ids else "none"
        case "conversation":
            if audience.after is None or may_see(caller, audience.after):
                return "shown" if audience.after is not None else "none"
            return "hidden" if audience.before is not None and may_see(caller, audience.before) else "none"


def hello_text(seq: int) -> str:
    return f'{{"type":"hello","seq":{seq}}}'


def presence_text(agent_ids: list[UUID]) -> str:
    return _encoder.encode({"type": "presence", "agents": sorted(agent_ids)}).decode()


class Ephemeral(msgspec.Struct, frozen=True, tag="ephemeral"):
    """Somebody types in or looks at a conversation. `access`: who may see that conversation."""

    kind: EphemeralKind
    workspace_id: UUID
    conversation_id: UUID
    access: Access
    actor: Actor
    active: bool
    to_customer: bool = False  # the customer may see it too

    @property
    def key(self) -> tuple[str, UUID, str, UUID | None]:
        return self.kind, self.conversation_id, self.actor.kind, self.actor.id

    def text(self) -> str:
        fields = {
            "type": self.kind,
            "conversation_id": self.conversation_id,
            "actor": self.actor,
            "active": self.active,
        }
        return _encoder.encode(fields).decode()


class Online(msgspec.Struct, frozen=True, tag="online"):
    """Agents of a workspace with a socket on one process."""

    workspace_id: UUID
    agent_ids: list[UUID]
    gone_ids: list[UUID] = []

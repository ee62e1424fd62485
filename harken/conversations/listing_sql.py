"""The SQL of lists, from the closed set of fragments below: the only place that composes any.

A page is merged from one short index scan for each part of what the caller may see and for each order that an index has,
so that it costs the same among a million conversations as among a thousand (migrations/0003_desk.sql has the indexes).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, NamedTuple
from uuid import UUID

import msgspec

from harken.conversations.model import Priority
from harken.conversations.store import PRIORITIES
from harken.people.model import Caller

ListedView = Literal["inbox", "yours", "open", "automated", "closed", "active"]
Sort = Literal["default", "newest", "oldest", "waiting", "priority"]


class ListQuery(msgspec.Struct, frozen=True):
    """What to list. `active`: everything open. `snoozed`: left out, those not put aside."""

    view: ListedView
    team_id: UUID | None = None
    channel_id: UUID | None = None
    label: UUID | None = None
    contact_id: UUID | None = None
    unread: bool = False
    limit: int = 50
    cursor: str | None = None
    waiting: bool = False
    priority: Priority | None = None
    handler_id: UUID | Literal["none"] | None = None  # an agent, a bot, or nobody
    sort: Sort = "default"
    snoozed: Literal["only", "any"] | None = None


_Time = Annotated[datetime, msgspec.Meta(tz=True)]
_Rank = Annotated[int, msgspec.Meta(ge=0, le=3)]


class Order(NamedTuple):
    """Sort keys, all in one direction, the id last. `cursor`: the type of their values; `types`: the same in SQL."""

    keys: tuple[str, ...]
    direction: Literal["asc", "desc"]
    types: tuple[str, ...] = ("timestamptz",)
    cursor: Any = tuple[_Time, UUID]


class _Part(NamedTuple):
    """Rows of the scans: `sources` are what `conditions` compare with, one scan for each of their rows."""

    conditions: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    few: bool = False  # found by who handles them, and sorted


_ACTIVITY = "c.last_activity_at"
_WAITING = "coalesce(c.waiting_since, c.last_activity_at)"
_OPEN = "c.status = 'open'"
_VIEWS: dict[ListedView, str] = {
    "inbox": f"{_OPEN} and c.handler_kind = 'none'",
    "yours": f"{_OPEN} and c.handler_kind = 'agent' and c.handler_id = $2",
    "open": f"{_OPEN} and c.handler_kind = 'agent'",
    "automated": f"{_OPEN} and c.handler_kind = 'bot'",
    "closed": "c.status = 'closed'",
    "active": _OPEN,
}
_KINDS = _Part(("c.handler_kind = kinds.kind",), ("(values ('none'), ('agent'), ('bot')) as kinds (kind)",))
_RANKS = _Part(
    ("c.priority = ranks.rank",),
    ("(values (0::smallint), (1::smallint), (2::smallint), (3::smallint)) as ranks (rank)",),
)
_EVERY_TEAM = _Part(("c.team_id = every.id",), ("(select id from team where workspace_id = $1) as every",))
_NO_TEAM = _Part(("c.team_id is null",))
_MINE = "(c.handler_kind = 'agent' and c.handler_id = $2)"
_UNREAD = (
    "c.inbound_count > coalesce((select r.inbound_count from read_mark r where r.workspace_id = c.workspace_id"
    " and r.agent_id = $2 and r.conversation_id = c.id), 0)"
)
_AWAKE, _ASIDE = "c.snoozed_at is null", "c.snoozed_at is not null"


def order_of(view: ListedView, sort: Sort) -> Order:
    """Nobody waits in a closed conversation: there it is the time of the last message that says how long it is ago."""
    since = _ACTIVITY if view == "closed" else _WAITING
    match sort:
        case "default" if view == "inbox":
            keys = ("(c.handed_off is null)", _WAITING)
            return Order(keys, "asc", ("boolean", "timestamptz"), tuple[bool, _Time, UUID])
        case "default" if view == "automated":
            keys = ("c.needs_help", _ACTIVITY)
            return Order(keys, "desc", ("boolean", "timestamptz"), tuple[bool, _Time, UUID])
        case "default" if view == "closed":
            return Order(("c.closed_at",), "desc")
        case "default" | "newest":
            return Order((_ACTIVITY,), "desc")
        case "oldest":
            return Order((_ACTIVITY,), "asc")
        case "waiting" if view == "closed":
            return Order((_ACTIVITY,), "asc")
        case "waiting":
            keys = ("(c.waiting_since is null)", since)
            return Order(keys, "asc", ("boolean", "timestamptz"), tuple[bool, _Time, UUID])
        case "priority":
            return Order(("c.priority", since), "asc", ("smallint", "timestamptz"), tuple[_Rank, _Time, UUID])


class Statement:
    """One list of one caller. `arguments` may be shared by several lists of theirs; $1 is the workspace, $2 the caller."""

    def __init__(self, caller: Caller, query: ListQuery, arguments: list[object], limit: int) -> None:
        assert arguments[:2] == [caller.workspace_id, caller.agent_id], "the fragments know these two"
        self.order = order_of(query.view, query.sort)
        self._caller, self._query, self._arguments = caller, query, arguments
        self._limit = int(limit)  # a literal: with a parameter PostgreSQL plans anew for every call
        self._conditions = ["c.workspace_id = $1", _VIEWS[query.view], *self._filters()]

    def rows(self, columns: Sequence[str], after: Sequence[object] | None = None) -> str:
        """The first rows (after a row with these sort keys and id), with their keys as k0, k1."""
        if after is not None:
            sign = ">" if self.order.direction == "asc" else "<"
            types = [*self.order.types, "uuid"]
            values = ", ".join(f"{self._put(value)}::{type}" for value, type in zip(after, types, strict=True))
            self._conditions.append(f"({', '.join([*self.order.keys, 'c.id'])}) {sign} ({values})")
        scans = [self._scan(columns, part) for part in self._parts()]
        if len(scans) == 1:
            return scans[0]
        merged = " union all ".join(f"({scan})" for scan in scans)
        return f"select * from ({merged}) as merged {self.ordered()} limit {self._limit}"

    def ordered(self, of: str = "") -> str:
        keys = [f"{of}k{place}" for place in range(len(self.order.keys))]
        return "order by " + ", ".join(f"{key} {self.order.direction}" for key in [*keys, f"{of}id"])

    def _scan(self, columns: Sequence[str], part: _Part) -> str:
        keys = self.order.keys
        shown = ", ".join([*columns, *(f"{key} as k{place}" for place, key in enumerate(keys))])
        where = " and ".join([*self._conditions, *part.conditions])
        by = ", ".join(f"{key} {self.order.direction}" for key in [*keys, "c.id"])
        if part.conditions[:1] == _NO_TEAM.conditions:  # PostgreSQL does not see that null is one value, too
            by = f"c.team_id {'desc' if self._backward else 'asc'}, {by}"
        scan = f"select {shown} from conversation c where {where} order by {by} limit {self._limit}"
        if not part.sources:
            return scan
        each = f"select scan.* from {' cross join '.join(part.sources)} cross join lateral ({scan}) as scan"
        return f"select * from ({each}) as each {self.ordered()} limit {self._limit}"

    def _parts(self) -> list[_Part]:
        """No row is in two of them."""
        parts = [who if who.few else _both(who, self._how()) for who in self._whose()]
        if self._query.view == "closed":
            return parts
        states = {None: (_AWAKE,), "only": (_ASIDE,), "any": (_AWAKE, _ASIDE)}[self._query.snoozed]
        return [_both(part, _Part((state,))) for state in states for part in parts]

    def _whose(self) -> list[_Part]:
        """What the caller may see (rules.may_see), of a team if one is asked for."""
        query, caller, team = self._query, self._caller, self._query.team_id
        of_team = (f"c.team_id = {self._put(team)}",) if team else ()
        if query.view == "yours" or team in caller.team_ids or (caller.sees_all and team):
            return [_Part(of_team)]
        if caller.sees_all:
            return [_NO_TEAM, _EVERY_TEAM] if self._by_team else [_Part()]
        handling = query.view in ("open", "active")
        if team and not handling and not self._few:
            return [_Part((*of_team, "false"), few=True)]
        teams = self._put(list(caller.team_ids))
        if self._few:
            return [_Part((*of_team, f"(c.team_id is null or c.team_id = any({teams}::uuid[]) or {_MINE})"))]
        elsewhere = f"{_MINE} and c.team_id is not null and c.team_id <> all({teams}::uuid[])"
        handled = [_Part((*of_team, elsewhere), few=True)] if handling else []
        if team:
            return handled
        mine = _Part(("c.team_id = mine.team_id",), (f"unnest({teams}::uuid[]) as mine (team_id)",))
        return [_NO_TEAM, mine, *handled]

    def _how(self) -> _Part:
        """What stands in the index before its order."""
        if self._few:
            return _Part()
        if self._query.view == "active":
            return _KINDS
        by_activity = self._query.view == "closed" and self._query.sort in ("newest", "oldest", "waiting")
        return _RANKS if by_activity else _Part()

    @property
    def _backward(self) -> bool:
        """Whether the index of this order, which begins with the team, is read from its end."""
        return (self._query.view == "closed", self._query.sort) in ((False, "oldest"), (True, "newest"))

    @property
    def _few(self) -> bool:
        """One handler's, or one contact's: found by that, and sorted."""
        return isinstance(self._query.handler_id, UUID) or self._query.contact_id is not None

    @property
    def _by_team(self) -> bool:
        """Whether the order is that of an index which begins with the team."""
        if self._few or self._query.view == "yours" or self._query.snoozed == "only":
            return False
        return self._query.sort in ("waiting", "priority") or (
            self._query.view == "closed" and self._query.sort != "default"
        )

    def _filters(self) -> Iterable[str]:
        query = self._query
        if query.channel_id:
            yield f"c.channel_id = {self._one(query.channel_id)}"
        if query.label:
            closed = " and c.label_ids <> '{}'" if query.view == "closed" else ""  # as its index has it
            yield f"c.label_ids @> array[{self._one(query.label)}]{closed}"
        if query.contact_id:
            yield f"c.contact_id = {self._put(query.contact_id)}"
        if query.handler_id == "none":
            yield "c.handler_kind = 'none'"
        elif query.handler_id:
            yield f"c.handler_id = {self._put(query.handler_id)}"
        if query.priority:
            yield f"c.priority = {PRIORITIES.index(query.priority)}"
        if query.waiting:
            yield "c.waiting_since is not null"
        if query.unread:
            yield _UNREAD
        if query.view == "closed" and (query.snoozed == "only" or query.waiting or isinstance(query.handler_id, UUID)):
            yield "false"  # what is closed is nobody's, is not put aside, and its customer does not wait

    def _one(self, id: UUID) -> str:
        """Few or most of all that is closed may have it: PostgreSQL is to plan for this one."""
        return f"'{UUID(int=id.int)}'::uuid" if self._query.view == "closed" else f"{self._put(id)}::uuid"

    def _put(self, value: object) -> str:
        self._arguments.append(value)
        return f"${len(self._arguments)}"


def _both(one: _Part, other: _Part) -> _Part:
    return _Part((*one.conditions, *other.conditions), (*one.sources, *other.sources))

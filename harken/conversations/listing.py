"""The views as lists: keyset pages in the order of product.md, with the caller's access inside the query (R4).

The only place that composes SQL, from the closed set of fragments below. What an agent of some teams sees is merged from
one short index scan for each team, so that a page costs the same among a million conversations as among a thousand.
"""

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from harken.conversations.model import Conversation, Views
from harken.conversations.store import conversation_from
from harken.kit.db import Tx
from harken.kit.errors import Invalid
from harken.people.model import Caller

ListedView = Literal["inbox", "yours", "open", "automated", "closed", "active"]
MOST = 100

_WAITING = "coalesce(c.waiting_since, c.last_activity_at)"
_ACTIVITY = "c.last_activity_at"
_CLOSED = "c.closed_at"

_VIEWS: dict[ListedView, tuple[str, str, str]] = {  # which rows, ordered by, in which direction
    "inbox": ("c.status = 'open' and c.handler_kind = 'none'", _WAITING, "asc"),
    "yours": ("c.status = 'open' and c.handler_kind = 'agent' and c.handler_id = {me}", _ACTIVITY, "desc"),
    "open": ("c.status = 'open' and c.handler_kind = 'agent'", _ACTIVITY, "desc"),
    "automated": ("c.status = 'open' and c.handler_kind = 'bot'", _ACTIVITY, "desc"),
    "closed": ("c.status = 'closed'", _CLOSED, "desc"),
    "active": ("c.status = 'open'", _ACTIVITY, "desc"),  # all that is open, for a team's own list
}
_OUTSIDE = (
    "(c.handler_kind = 'agent' and c.handler_id = {me} and c.team_id is not null and c.team_id <> all({teams}::uuid[]))"
)
_UNREAD = (
    "c.inbound_count > coalesce((select r.inbound_count from read_mark r where r.workspace_id = c.workspace_id"
    " and r.agent_id = {me} and r.conversation_id = c.id), 0)"
)

_ROWS = """
select
    c.id, c.number, c.revision, c.status, c.handler_kind, c.handler_id, c.epoch, c.team_id, c.channel_id, c.contact_id,
    c.subject, c.label_ids, c.waiting_since, c.last_activity_at, c.created_at, c.message_count,
    c.last_message::text as last_message,
    c.inbound_count, c.closed_at, c.closed_by_kind, c.closed_by_id, c.close_reason, c.previous_id,
    c.identity_id, c.priority, c.snoozed_at, c.snoozed_until, c.snoozed_by,
    contact.name as contact_name,
    contact.revision as contact_revision,
    identity.address,
    channel.active as channel_active,
    coalesce(closer.name, closing_bot.name) as closed_by_name,
    snoozer.name as snoozed_by_name,
    coalesce(read_mark.inbound_count, 0) as read_count,
    page.sort_key
from page
join conversation c on c.workspace_id = $1 and c.id = page.id
join contact on contact.workspace_id = c.workspace_id and contact.id = c.contact_id
join identity on identity.workspace_id = c.workspace_id and identity.id = c.identity_id
join channel on channel.workspace_id = c.workspace_id and channel.id = c.channel_id
left join agent closer on closer.workspace_id = c.workspace_id and closer.id = c.closed_by_id
left join bot closing_bot on closing_bot.workspace_id = c.workspace_id and closing_bot.id = c.closed_by_id
left join agent snoozer on snoozer.workspace_id = c.workspace_id and snoozer.id = c.snoozed_by
left join read_mark
    on read_mark.workspace_id = c.workspace_id
    and read_mark.agent_id = $2
    and read_mark.conversation_id = c.id
"""


class ListQuery(msgspec.Struct, frozen=True):
    """What to list. `active`: everything open."""

    view: ListedView
    team_id: UUID | None = None
    channel_id: UUID | None = None
    label: UUID | None = None
    contact_id: UUID | None = None
    unread: bool = False
    limit: int = 50
    cursor: str | None = None


class Page(msgspec.Struct, frozen=True, omit_defaults=True):
    """`counts`: the numbers beside the views, when they were asked for."""

    items: list[Conversation]
    next_cursor: str | None
    counts: Views | None = None


async def list_conversations(tx: Tx, caller: Caller, query: ListQuery) -> Page:
    """One page, with the caller's own read_count. Raises Invalid for a limit or a cursor that is none."""
    if not 1 <= query.limit <= MOST:
        raise Invalid(("limit", "out_of_range"))
    statement = _Statement(caller, query)
    rows = await tx.fetch(statement.text(), *statement.arguments)
    found = rows[: query.limit]
    more = len(rows) > query.limit
    cursor = _cursor(found[-1]["sort_key"], found[-1]["id"]) if more else None
    return Page([conversation_from(row) for row in found], cursor)


class _Statement:
    """The text and the arguments of one page's query."""

    def __init__(self, caller: Caller, query: ListQuery) -> None:
        self.arguments: list[object] = [caller.workspace_id, caller.agent_id]
        self._caller = caller
        self._query = query
        which, self._key, self._direction = _VIEWS[query.view]
        self._limit = int(query.limit) + 1  # a literal: with a parameter PostgreSQL plans anew for every call
        self._conditions = ["c.workspace_id = $1", "c.snoozed_at is null", self._fill(which), *self._filters(), *self._after()]

    def text(self) -> str:
        branches = " union all ".join(f"({branch})" for branch in self._branches())
        order = f"order by sort_key {self._direction}, id {self._direction} limit {self._limit}"
        return (
            f"with page as (select id, sort_key from ({branches}) as branch {order}) "
            f"{_ROWS} order by page.sort_key {self._direction}, page.id {self._direction}"
        )

    def _branches(self) -> Sequence[str]:
        """One scan that sees all, or one for each part of what an agent may see; no row is in two of them."""
        team, caller = self._query.team_id, self._caller
        of_team = [f"c.team_id = {self._put(team)}"] if team else []
        if caller.sees_all or self._query.view == "yours" or team in caller.team_ids:
            return [self._scan(of_team)]
        if team:
            return [self._outside(of_team)]
        mine = self._put(list(caller.team_ids))
        in_team = self._scan(["c.team_id = mine.team_id"])
        return [
            self._scan(["c.team_id is null"]),
            f"select s.id, s.sort_key from unnest({mine}::uuid[]) as mine (team_id) cross join lateral ({in_team}) s",
            *([self._outside([])] if self._query.view in ("open", "active") else []),
        ]

    def _outside(self, conditions: Sequence[str]) -> str:
        """What the agent handles of teams that are not theirs."""
        return self._scan([*conditions, self._fill(_OUTSIDE)])

    def _scan(self, conditions: Sequence[str]) -> str:
        where = " and ".join([*self._conditions, *conditions])
        direction = self._direction
        return (
            f"select c.id, {self._key} as sort_key from conversation c where {where} "
            f"order by {self._key} {direction}, c.id {direction} limit {self._limit}"
        )

    def _filters(self) -> list[str]:
        query = self._query
        found: list[str] = []
        if query.channel_id:
            found.append(f"c.channel_id = {self._put(query.channel_id)}")
        if query.label:
            found.append(f"c.label_ids @> array[{self._put(query.label)}::uuid]")
        if query.contact_id:
            found.append(f"c.contact_id = {self._put(query.contact_id)}")
        if query.unread:
            found.append(self._fill(_UNREAD))
        return found

    def _after(self) -> list[str]:
        if not self._query.cursor:
            return []
        key, id = _read_cursor(self._query.cursor)
        sign = ">" if self._direction == "asc" else "<"
        return [f"({self._key}, c.id) {sign} ({self._put(key)}::timestamptz, {self._put(id)}::uuid)"]

    def _fill(self, fragment: str) -> str:
        teams = self._put(list(self._caller.team_ids)) if "{teams}" in fragment else ""
        return fragment.format(me="$2", teams=teams)

    def _put(self, value: object) -> str:
        self.arguments.append(value)
        return f"${len(self.arguments)}"


def _cursor(key: datetime, id: UUID) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode((key, id))).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[datetime, UUID]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        key, id = msgspec.json.decode(text, type=tuple[datetime, UUID])
    except (ValueError, binascii.Error, msgspec.MsgspecError) as error:
        raise Invalid(("cursor", "invalid")) from error
    if key.tzinfo is None:
        raise Invalid(("cursor", "invalid"))
    return key, id

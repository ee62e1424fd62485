"""The views as lists: keyset pages in the order of product.md, with the caller's access inside the query (R4).

A page's query reads what places a conversation, and the version of its row. How a version looks on the wire is kept
(encoded.py): most of a page has been shown before, to somebody.
"""

import base64
import binascii
import time
from collections.abc import Mapping, Sequence
from typing import Literal
from uuid import UUID

import asyncpg
import msgspec

from harken.conversations.encoded import EncodedConversations, Version
from harken.conversations.listing_sql import ListedView, ListQuery, Order, Statement
from harken.conversations.model import Conversation, Views
from harken.kit.db import Tx
from harken.kit.errors import Invalid
from harken.people.model import Caller
from harken.savedviews.model import SavedView

__all__ = [
    "MOST",
    "EncodedPage",
    "ListQuery",
    "ListedView",
    "Page",
    "count_lists",
    "handler_from",
    "list_conversations",
    "query_of",
]
MOST = 100
COUNTED = 1000  # further than this nobody counts
_MOST_MS = 400  # for all lists together; a quarter of it for each, when that was not enough
_MOST_SECONDS = 2.0

_COLUMNS = (
    "c.id", "c.xmin as row_version", "c.inbound_count", "c.contact_id", "c.channel_id", "c.closed_by_id", "c.snoozed_by",
)  # fmt: skip
_PAGE = """
select
    c.id, c.row_version, {keys},
    contact.revision as contact_revision,
    channel.active as channel_active,
    {names} as names,
    coalesce(read_mark.inbound_count, 0) as read_count
from ({rows}) as c
join contact on contact.workspace_id = $1 and contact.id = c.contact_id
join channel on channel.workspace_id = $1 and channel.id = c.channel_id
left join read_mark on read_mark.workspace_id = $1 and read_mark.agent_id = $2 and read_mark.conversation_id = c.id
{joins}
{order}
"""
_NAMES = "concat_ws(chr(10), closer.name, closing_bot.name, snoozer.name)"
_NAMED = """
left join agent closer on closer.workspace_id = $1 and closer.id = c.closed_by_id
left join bot closing_bot on closing_bot.workspace_id = $1 and closing_bot.id = c.closed_by_id
left join agent snoozer on snoozer.workspace_id = $1 and snoozer.id = c.snoozed_by
"""


class Page(msgspec.Struct, frozen=True, omit_defaults=True):
    """`counts`: the numbers beside the views, when they were asked for."""

    items: list[Conversation]
    next_cursor: str | None
    counts: Views | None = None


class EncodedPage(msgspec.Struct, frozen=True, omit_defaults=True):
    """A Page whose conversations are JSON already."""

    items: list[msgspec.Raw]
    next_cursor: str | None
    counts: Views | None = None


_shown = EncodedConversations()


async def list_conversations(tx: Tx, caller: Caller, query: ListQuery) -> EncodedPage:
    """One page, with the caller's own read_count. Raises Invalid for a limit or a cursor that is none."""
    if not 1 <= query.limit <= MOST:
        raise Invalid(("limit", "out_of_range"))
    arguments: list[object] = [caller.workspace_id, caller.agent_id]
    statement = Statement(caller, query, arguments, query.limit + 1)
    after = _read_cursor(query.cursor, statement.order) if query.cursor else None
    rows = await tx.fetch(_text(statement, query, after), *arguments)
    found = rows[: query.limit]
    versions = [
        Version(r["id"], r["row_version"], r["contact_revision"], r["channel_active"], r["names"]) for r in found
    ]
    items = await _shown.of(tx, caller.workspace_id, versions, [r["read_count"] for r in found])
    if len(rows) <= query.limit:
        return EncodedPage(items, None)
    last = found[-1]
    keys = [last[f"k{place}"] for place in range(len(statement.order.keys))]
    return EncodedPage(items, _cursor([*keys, last["id"]]))


async def count_lists(tx: Tx, caller: Caller, lists: Mapping[UUID, ListQuery]) -> dict[UUID, int]:
    """How long each list is, at most COUNTED; without those that take too long to count, as what hardly anything of all that
    is closed has. `tx` is a transaction. One round trip, unless one of them is slow."""
    counted = await _counted(tx, caller, lists, _MOST_MS)
    if counted is not None:
        return counted
    found: dict[UUID, int] = {}
    end = time.monotonic() + _MOST_SECONDS
    for id, query in lists.items():
        if time.monotonic() > end:
            break
        found |= await _counted(tx, caller, {id: query}, _MOST_MS // 4) or {}
    return found


async def _counted(tx: Tx, caller: Caller, lists: Mapping[UUID, ListQuery], most_ms: int) -> dict[UUID, int] | None:
    """None when it takes longer."""
    if not lists:
        return {}
    arguments: list[object] = [caller.workspace_id, caller.agent_id]
    texts = [Statement(caller, query, arguments, COUNTED).rows(["c.id"]) for query in lists.values()]
    counted = ", ".join(f"(select count(*) from ({text}) as counted)" for text in texts)
    try:
        async with tx.transaction():
            await tx.execute(f"set local statement_timeout = {most_ms}")
            row = await tx.fetchrow(f"select {counted} where $2::uuid is not null", *arguments)  # so that it has a type
    except asyncpg.QueryCanceledError:
        return None
    assert row is not None
    return dict(zip(lists, tuple(row), strict=True))


def query_of(saved: SavedView) -> ListQuery:
    """What a saved view lists."""
    f = saved.filter
    return ListQuery(
        saved.view, f.team_id, f.channel_id, f.label, unread=f.unread, waiting=f.waiting, priority=f.priority,
        handler_id=handler_from(f.handler_id), sort=f.sort, snoozed=f.snoozed,
    )  # fmt: skip


def handler_from(named: str | None) -> UUID | Literal["none"] | None:
    """Raises Invalid for what is neither an id nor "none"."""
    if named is None or named == "none":
        return named
    try:
        return UUID(named)
    except ValueError as error:
        raise Invalid(("handler_id", "invalid")) from error


def _text(statement: Statement, query: ListQuery, after: Sequence[object] | None) -> str:
    """Names are looked up only where a row can have them."""
    named = query.view == "closed" or query.snoozed is not None
    return _PAGE.format(
        keys=", ".join(f"c.k{place}" for place in range(len(statement.order.keys))),
        names=_NAMES if named else "''",
        rows=statement.rows(_COLUMNS, after),
        joins=_NAMED if named else "",
        order=statement.ordered("c."),
    )


def _cursor(values: Sequence[object]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(values)).decode().rstrip("=")


def _read_cursor(cursor: str, order: Order) -> tuple[object, ...]:
    """Raises Invalid for one of another order, too."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        values = msgspec.json.decode(text, type=order.cursor)
    except (ValueError, binascii.Error, msgspec.MsgspecError) as error:
        raise Invalid(("cursor", "invalid")) from error
    return values

"""The numbers beside the views and the teams, by the same rule as the lists.

What is open and not put aside is counted once for a workspace, by team and handler, and carried on with the events
since: a number costs the reading of a seq, not of fifty thousand rows. A hole in the log, or five minutes, and it is
counted anew.
"""

import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, Literal
from uuid import UUID

import msgspec

from harken.conversations.model import Handler, Place, ViewCount, Views
from harken.conversations.rules import access_of, may_see, view_of
from harken.events.log import last_seq
from harken.kit.db import Queries, Tx
from harken.people.model import Caller

_Q = Queries(Path(__file__).with_suffix(".sql"))
_MOST_EVENTS: Final = 200  # more than these are not cheaper than counting
_KEPT_SECONDS: Final = 300.0
_KEPT_WORKSPACES: Final = 1000

_Table = Mapping[Place, int]  # what is open and not put aside, by where it is


class OpenCounts(msgspec.Struct, frozen=True):
    """`teams`: for each team, what of it is open and the caller may see (the length of view=active&team_id=)."""

    views: Views
    teams: dict[UUID, int]


class _Book(msgspec.Struct, frozen=True):
    """A workspace's open conversations, counted as they were at `seq`."""

    seq: int
    until: float
    table: _Table
    shown: dict[Caller, OpenCounts] = msgspec.field(default_factory=dict[Caller, OpenCounts])  # as each sees it


class _Spot(msgspec.Struct, frozen=True):
    """A place, or a whole conversation read as one: `snoozed` is then what a conversation has there."""

    status: Literal["open", "closed"]
    handler: Handler
    team_id: UUID | None
    snoozed: bool | dict[str, Any] | None = None


class _Move(msgspec.Struct, frozen=True):
    """What a conversation event says of places; other events have neither."""

    conversation: _Spot | None = None
    previous: _Spot | None = None


_books: dict[UUID, _Book] = {}


async def open_counts(tx: Tx, caller: Caller) -> OpenCounts:
    """What the caller may see of what is open, as this transaction sees it."""
    seq = await last_seq(tx, caller.workspace_id)
    book = _books.get(caller.workspace_id)
    if book is None or book.seq != seq or book.until < time.monotonic():
        book = await _carried_on(tx, caller.workspace_id, book, seq) or await _counted(tx, caller.workspace_id, seq)
        _keep(caller.workspace_id, book)
    shown = book.shown.get(caller)
    if shown is None:
        shown = book.shown[caller] = _shown_to(caller, book.table)
    return shown


async def view_counts(tx: Tx, caller: Caller) -> Views:
    return (await open_counts(tx, caller)).views


async def _carried_on(tx: Tx, workspace_id: UUID, book: _Book | None, seq: int) -> _Book | None:
    """With the events since; None when there is nothing to carry on from."""
    if book is None or book.until < time.monotonic() or not 0 < seq - book.seq <= _MOST_EVENTS:
        return None
    rows = await _Q.rows(tx, "list_moves", workspace_id=workspace_id, after=book.seq, until=seq)
    if len(rows) != seq - book.seq:
        return None
    table = dict(book.table)
    for row in rows:
        if row["conversation_id"] is not None:
            _move(table, msgspec.json.decode(row["payload"], type=_Move))
    return _Book(seq, book.until, table)


def _move(table: dict[Place, int], move: _Move) -> None:
    if move.conversation is None:
        return
    for spot, by in ((move.previous, -1), (move.conversation, 1)):
        if spot is not None and spot.status == "open" and not spot.snoozed:
            place = Place(spot.status, spot.handler, spot.team_id)
            table[place] = table.get(place, 0) + by


async def _counted(tx: Tx, workspace_id: UUID, seq: int) -> _Book:
    """`seq` was read first: outside a snapshot the rows may be newer than it, and then the next call counts again."""
    rows = await _Q.rows(tx, "count_open", workspace_id=workspace_id)
    table = {Place("open", Handler(kind, id), team_id): count for team_id, kind, id, count in rows}
    newer = await last_seq(tx, workspace_id) != seq
    return _Book(seq, 0.0 if newer else time.monotonic() + _KEPT_SECONDS, table)


def _keep(workspace_id: UUID, book: _Book) -> None:
    known = _books.get(workspace_id)
    if known is not None and known.seq > book.seq and known.until > time.monotonic():
        return
    if len(_books) >= _KEPT_WORKSPACES:
        _books.clear()
    _books[workspace_id] = book


def _shown_to(caller: Caller, table: _Table) -> OpenCounts:
    numbers = {"inbox": 0, "open": 0, "automated": 0}
    teams: dict[UUID, int] = {}
    yours = 0
    for place, count in _visible(caller, table):
        numbers[view_of(place)] += count
        yours += count if place.handler.id == caller.agent_id else 0
        if place.team_id:
            teams[place.team_id] = teams.get(place.team_id, 0) + count
    inbox, open, automated = (ViewCount(numbers[view]) for view in ("inbox", "open", "automated"))
    return OpenCounts(Views(inbox, ViewCount(yours), open, automated, {}), teams)


def _visible(caller: Caller, table: _Table) -> Iterable[tuple[Place, int]]:
    return ((place, count) for place, count in table.items() if may_see(caller, access_of(place)))

"""Keeping the words of messages: by following the event log, and of what was there before by going through it once."""

import asyncio
from bisect import bisect_right, insort
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby
from typing import Final
from uuid import UUID

import asyncpg
import msgspec
from msgspec.structs import replace

from harken.conversations.model import Attachment
from harken.events.follow import Batch
from harken.kit.db import Database, Tx, queries_beside
from harken.kit.queue import Handler, Task
from harken.port.services import Services
from harken.search.lexemes import Indexed, has_subject, tsvector_of

_Q = queries_beside(__file__)
CONSUMER: Final = "search"
SEGMENT: Final = 16_384  # messages; what a search looks at at most before it comes to the next
INDEX_HISTORY: Final = "index_history"
SCHEDULE: Final[Mapping[str, timedelta]] = {INDEX_HISTORY: timedelta(seconds=10)}
_BATCH: Final = 200
_ADDING: Final = frozenset(
    {"message_added", "note_added", "conversation_assigned", "conversation_closed", "message_changed"}
)


class _Named(msgspec.Struct, frozen=True):
    id: UUID
    kind: str


class _Change(msgspec.Struct, frozen=True):
    """What of a conversation's or a message's event is of interest."""

    messages: list[_Named] = []
    message: _Named | None = None


class _Segment(msgspec.Struct, frozen=True):
    first: UUID
    last: UUID
    messages: int
    id: int


async def follow(tx: Tx, batch: Batch, *, size: int = SEGMENT) -> bool:
    """The handle of the follower `search`. `size`: of a segment."""
    if batch.gap:
        await _Q.run(tx, "restart_history", workspace_id=batch.workspace_id)
    ids = {named.id for event in batch.events if event.type in _ADDING for named in _named(event.payload)}
    if ids:
        await _Q.run(tx, "insert_history", workspace_id=batch.workspace_id)
        await _Q.row(tx, "lock_history", workspace_id=batch.workspace_id)
        rows = await _Q.rows(tx, "list_messages", workspace_id=batch.workspace_id, ids=list(ids))
        await _index(tx, batch.workspace_id, rows, size)
    withdrawn = [event for event in batch.events if event.type == "message_withdrawn"]
    if withdrawn:
        gone = [m.id for event in withdrawn for m in msgspec.json.decode(event.payload, type=_Change).messages]
        await _Q.run(tx, "forget_tokens", workspace_id=batch.workspace_id, ids=gone)
    return False


def _named(payload: str) -> list[_Named]:
    change = msgspec.json.decode(payload, type=_Change)
    both = [*change.messages, *([change.message] if change.message else [])]
    return [named for named in both if named.kind != "event"]


def handlers(services: Services) -> Mapping[str, Handler]:
    return {INDEX_HISTORY: partial(_index_history_task, services)}


async def _index_history_task(services: Services, task: Task) -> None:
    await index_history(services.db)


async def index_history(db: Database, *, size: int = SEGMENT) -> None:
    """Indexes what was written before the log was followed, in small steps; goes on where it was stopped."""
    async with db.tx() as tx:
        await _Q.run(tx, "insert_histories", consumer=CONSUMER)
        unfinished = await _Q.rows(tx, "list_unfinished")
    for row in unfinished:
        more = True
        while more:
            more = await _index_some(db, row["workspace_id"], size)
            await asyncio.sleep(0)  # a process that also answers requests goes on doing so


async def _index_some(db: Database, workspace_id: UUID, size: int) -> bool:
    """The next messages of a workspace; whether there may be more."""
    async with db.tx() as tx:
        row = await _Q.row(tx, "lock_history", workspace_id=workspace_id)
        if row is None:
            return False
        rows = await _Q.rows(tx, "list_history", workspace_id=workspace_id, after=row["indexed_to"], limit=_BATCH)
        await _index(tx, workspace_id, [r for r in rows if r["kind"] != "event"], size)
        last, more = (rows[-1]["id"] if rows else None), len(rows) == _BATCH
        await _Q.run(tx, "move_history", workspace_id=workspace_id, indexed_to=last, finished=not more)
    return more


async def _index(tx: Tx, workspace_id: UUID, rows: Sequence[asyncpg.Record], size: int) -> None:
    """Rows in the order of their ids. The caller holds the workspace's row of search_history."""
    if not rows:
        return
    ids = [row["id"] for row in rows]
    known = {r[0]: r[1] for r in await _Q.rows(tx, "list_indexed", workspace_id=workspace_id, ids=ids)}
    new = [(r["id"], r["created_at"]) for r in rows if r["id"] not in known]
    placed = await _place(tx, workspace_id, new, size)
    segments = [known.get(id) or placed[id] for id in ids]
    subjects = {segment for row, segment in zip(rows, segments, strict=True) if has_subject(row["subject"])}
    if subjects:
        await _Q.run(tx, "mark_subjects", workspace_id=workspace_id, ids=list(subjects))
    await _Q.run(
        tx, "save_tokens", workspace_id=workspace_id, message_ids=ids, conversation_ids=[r["conversation_id"] for r in rows],
        segments=segments, ats=[r["created_at"] for r in rows], tokens=await asyncio.to_thread(_tsvectors, rows, segments),
    )  # fmt: skip


def _tsvectors(rows: Sequence[asyncpg.Record], segments: Sequence[int]) -> list[str]:
    return [tsvector_of(_indexed(row), segment) for row, segment in zip(rows, segments, strict=True)]


def _indexed(row: asyncpg.Record) -> Indexed:
    files = msgspec.convert(row["attachments"], list[Attachment])
    return Indexed(
        row["text"], row["subject"], tuple((file.name, file.kind) for file in files if not file.inline),
        row["author_kind"], row["author_id"], row["author_name"], row["channel_id"], row["kind"] == "note",
    )  # fmt: skip


async def _place(tx: Tx, workspace_id: UUID, messages: Sequence[tuple[UUID, datetime]], size: int) -> dict[UUID, int]:
    """The segment of each: of those that are there, or a new one behind one that is full. In order of id."""
    if not messages:
        return {}
    found = await _Q.rows(
        tx, "list_segments_between", workspace_id=workspace_id, first=messages[0][0], last=messages[-1][0]
    )
    segments = [_Segment(r["first_message_id"], r["last_message_id"], r["messages"], r["id"]) for r in found]
    placed: dict[UUID, int] = {}
    for id, at in messages:
        index = bisect_right([segment.first for segment in segments], id) - 1
        segment = segments[index] if index >= 0 else None
        if segment is None or (segment.messages >= size and id > segment.last):
            made = await _Q.value(tx, "insert_segment", workspace_id=workspace_id, first=id, at=at)
            insort(segments, segment := _Segment(id, id, 0, made), key=lambda one: one.first)
            index = segments.index(segment)
        segments[index] = replace(segment, messages=segment.messages + 1, last=max(segment.last, id))
        placed[id] = segment.id
    for segment_id, each in _by_segment(messages, placed):
        ats = [at for _, at in each]
        await _Q.run(
            tx, "grow_segment", workspace_id=workspace_id, id=segment_id, count=len(each), last=each[-1][0],
            oldest=min(ats), newest=max(ats),
        )  # fmt: skip
    return placed


def _by_segment(
    messages: Sequence[tuple[UUID, datetime]], placed: Mapping[UUID, int]
) -> Iterator[tuple[int, list[tuple[UUID, datetime]]]]:
    """Segments are ranges of ids: those of one stand together."""
    for segment, each in groupby(messages, lambda message: placed[message[0]]):
        yield segment, list(each)

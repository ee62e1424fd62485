"""Pages of messages that were found, newest first, with the caller's access inside the query (R4).

The only place of this domain that composes SQL, from the closed set of fragments below. A page walks from the newest
segment back, some segments in one query, more in each next one; what one query costs is bounded by what stands in them.
When the time is up, the page ends where it has come to, and its cursor goes on from there.
"""

import base64
import binascii
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg
import msgspec

from harken.kit.db import Database, Tx, queries_beside
from harken.kit.errors import Busy, Invalid
from harken.people.model import Caller

_Q = queries_beside(__file__)
_SOON: Final = 0.015  # after which a screenful is a page: it is shown while the next one is looked for
_SCREENFUL: Final = 8
_SECONDS: Final = 0.06  # after which no further query begins, whatever was found
_STATEMENT_MS: Final = (4000, 1000)  # of the first query, without which there is no page; and of those that follow
_FIRST: Final = 1  # segments of the first query
_GROWTH: Final = (5, 20)  # the first query says little of what older segments cost; those that follow say more
_MOST_SEGMENTS: Final = 400
_SEEN: Final = (
    "(c.team_id is null or c.team_id = any({teams}::uuid[]) or (c.handler_kind = 'agent' and c.handler_id = {me}))"
)
_UNREAD: Final = (
    "c.inbound_count > coalesce((select r.inbound_count from read_mark r where r.workspace_id = c.workspace_id"
    " and r.agent_id = {me} and r.conversation_id = c.id), 0)"
)
# Conditions of their own: the index goes from one to the next only where all before them hold, and reads of the last (the common
# ones) little; within one tsquery it would read all of them for each row of the rarest.
# Segments come in their order, one after the other, until the page is full: the outer limit ends the walk, which is why nothing
# may be sorted outside. A segment's tsquery is made once (behind `offset 0`), not again for each row that is checked; and the
# inner order is made before a row's conversation is looked up: then only as many are as the page takes.
_PAGE: Final = """
select s.place, found.message_id, found.at
from (
    select place, {queries}
    from unnest($2::bigint[]) with ordinality as given (id, place)
    offset 0
) s
cross join lateral (
    select m.message_id, m.at
    from (
        select message_id, conversation_id, at
        from message_search
        where {tokens}
          and workspace_id = $1{when}
        order by at desc, message_id desc
        offset 0
    ) m{join}
    order by m.at desc, m.message_id desc
    limit $3
) found
limit $3
"""


class MessageQuery(msgspec.Struct, frozen=True):
    """`tokens`: tsqueries with lexemes.HERE where the segment goes, all of which must hold, the common ones last. The others
    narrow by what the conversation is now; of `labels` and `teams`, each tuple is one operator's, and one of it must be there."""

    tokens: tuple[str, ...]
    subjects: bool = False  # looked for in segments that have some
    since: datetime | None = None
    until: datetime | None = None
    status: str | None = None
    unread: bool | None = None
    labels: tuple[tuple[bool, tuple[UUID, ...]], ...] = ()  # whether there or not
    teams: tuple[tuple[bool, tuple[UUID, ...]], ...] = ()

    @property
    def of_conversation(self) -> bool:
        return self.status is not None or self.unread is not None or bool(self.labels) or bool(self.teams)


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """In which segment the page before ended, and behind which message of it (none: all of it is still to come)."""

    segment: UUID  # its first message
    at: datetime | None = None
    id: UUID | None = None


class Found(msgspec.Struct, frozen=True):
    ids: list[UUID]
    next_cursor: str | None


async def find_messages(db: Database, caller: Caller, query: MessageQuery, limit: int, cursor: str | None) -> Found:
    """Raises Invalid for a cursor that is not ours, Busy when the database does not answer in time."""
    after, begun = _read(cursor) if cursor else None, time.monotonic()
    async with db.connection() as tx:
        segments = await _Q.rows(
            tx, "list_segments", workspace_id=caller.workspace_id, start=after.segment if after else None,
            since=query.since, until=query.until, subjects=query.subjects,
        )  # fmt: skip
    if not segments:
        return Found([], None)
    try:
        async with db.tx() as tx:
            # Loops alone: what is found in a segment comes sorted, and few of it are looked up.
            await tx.execute(
                f"set local enable_hashjoin = off; set local enable_mergejoin = off; set local jit = off;"
                f" set local max_parallel_workers_per_gather = 0; set local statement_timeout = {_STATEMENT_MS[0]}"
            )
            return await _walk(tx, caller, query, limit, after, segments, begun)
    except asyncpg.QueryCanceledError as error:
        raise Busy("the search took too long") from error


async def _walk(
    tx: Tx, caller: Caller, query: MessageQuery, limit: int, after: Cursor | None, segments: Sequence[asyncpg.Record], begun: float
) -> Found:  # fmt: skip
    found: list[tuple[int, datetime, UUID]] = []  # place in `segments`, when, which
    done, size = 0, _FIRST
    while done < len(segments) and len(found) <= limit:
        if done and time.monotonic() - begun > (_SOON if len(found) >= _SCREENFUL else _SECONDS):
            break
        if done == _FIRST:
            await tx.execute(f"set local statement_timeout = {_STATEMENT_MS[1]}")
        some, asked = segments[done : done + size], time.monotonic()
        within = after if done == 0 and after and some[0]["first_message_id"] == after.segment else None
        text, arguments = _statement(caller, query, [row["id"] for row in some], limit + 1 - len(found), within)
        try:
            rows = await tx.fetch(text, *arguments)
        except asyncpg.QueryCanceledError:
            if done == 0:
                raise
            break  # from a cold disk; what is found is shown, and the next page begins here with few segments again
        found += sorted(
            ((done + r["place"] - 1, r["at"], r["message_id"]) for r in rows),
            key=lambda hit: (-hit[0], hit[1], hit[2]), reverse=True,
        )  # fmt: skip
        done += len(some)
        size = _next_size(size, _GROWTH[size > _FIRST], time.monotonic() - asked, begun)
    return _page(found, limit, segments, done)


def _next_size(size: int, growth: int, took: float, begun: float) -> int:
    """So many more that they are likely looked through in what is left of the time, if they make a screenful."""
    left = max(0.01, _SOON - (time.monotonic() - begun))
    return max(1, min(size * growth, int(size * left / max(took, 0.0005)), _MOST_SEGMENTS))


def _page(
    found: Sequence[tuple[int, datetime, UUID]], limit: int, segments: Sequence[asyncpg.Record], done: int
) -> Found:
    ids = [id for _, _, id in found[:limit]]
    if len(found) > limit:
        place, at, id = found[limit - 1]
        return Found(ids, _write(Cursor(segments[place]["first_message_id"], at, id)))
    if done < len(segments):
        return Found(ids, _write(Cursor(segments[done]["first_message_id"])))
    return Found(ids, None)


def _statement(
    caller: Caller, query: MessageQuery, segments: Sequence[int], limit: int, after: Cursor | None
) -> tuple[str, list[object]]:
    arguments: list[object] = [caller.workspace_id, list(segments), limit]

    def put(value: object) -> str:
        arguments.append(value)
        return f"${len(arguments)}"

    made = [
        f"replace({put(each)}::text, chr(1), to_hex(id) || '~')::tsquery as query{n}"
        for n, each in enumerate(query.tokens)
    ]
    tokens = " and ".join(f"tokens @@ s.query{n}" for n in range(len(made)))
    when = ""
    if query.since:
        when += f" and at >= {put(query.since)}::timestamptz"
    if query.until:
        when += f" and at < {put(query.until)}::timestamptz"
    if after and after.id:
        when += f" and (s.place > 1 or (at, message_id) < ({put(after.at)}::timestamptz, {put(after.id)}::uuid))"
    join = ""
    if query.of_conversation or not caller.sees_all:
        conditions = ["c.workspace_id = $1", "c.id = m.conversation_id"]
        me = put(caller.agent_id) if query.unread is not None or not caller.sees_all else ""
        if not caller.sees_all:
            conditions.append(_SEEN.format(me=me, teams=put(sorted(caller.team_ids))))
        if query.unread is not None:
            conditions.append(("" if query.unread else "not ") + f"({_UNREAD.format(me=me)})")
        if query.status:
            conditions.append(f"c.status = {put(query.status)}")
        conditions += [
            f"(c.label_ids && {put(list(ids))}::uuid[]) = {put(there)}::boolean" for there, ids in query.labels
        ]
        conditions += [
            f"coalesce(c.team_id = any({put(list(ids))}::uuid[]), false) = {put(there)}::boolean"
            for there, ids in query.teams
        ]
        join = f"\n    join conversation c on {' and '.join(conditions)}"
    return _PAGE.format(queries=", ".join(made), tokens=tokens, when=when, join=join), arguments


def _write(cursor: Cursor) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(cursor)).decode().rstrip("=")


def _read(cursor: str) -> Cursor:
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), type=Cursor)
    except (ValueError, binascii.Error, msgspec.MsgspecError) as error:
        raise Invalid(("cursor", "invalid")) from error

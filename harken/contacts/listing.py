"""Contacts as lists: keyset pages by name or by when they were last spoken with, filtered, with the caller's access inside.

The only place of this domain that composes SQL, from the closed set of fragments below. A filter that few contacts pass is
looked up first by its index, and the page made of what it found; one that many pass is checked along the order's own index.
"""

import base64
import binascii
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

import asyncpg
import msgspec

from harken.contacts.model import Contact
from harken.contacts.store import contacts_from
from harken.contacts.words import query_for, refresh_some
from harken.kit.db import Database, Tx
from harken.kit.errors import Invalid
from harken.people.model import Caller

MOST: Final = 100
_FEW: Final = 5000
_LOOKED_AT: Final = 1000  # conversations, for a page of contacts that pass a filter

_SEEN: Final = (
    "(v.team_id is null or v.team_id = any({teams}::uuid[]) or (v.handler_kind = 'agent' and v.handler_id = {me}))"
)
_ANY: Final = (
    "exists (select 1 from conversation v where v.workspace_id = c.workspace_id and v.contact_id = c.id{seen})"
)
_SPOKEN: Final = (
    "left join lateral (select v.last_activity_at as at from conversation v where v.workspace_id = c.workspace_id"
    " and v.contact_id = c.id{seen} order by v.last_activity_at desc limit 1) spoken on true"
)
# Whether few or many pass a filter is in its value: such a statement is planned for each.
_BY_VALUE: Final = "set local plan_cache_mode = force_custom_plan"
_ROWS: Final = """
select
    c.id, c.name, c.attributes, c.label_ids, c.timezone, c.language, c.revision, c.created_at,
    c.blocked_at, c.blocked_by, blocker.name as blocked_by_name, spoken.at as last_activity_at
from unnest($2::uuid[]) with ordinality as page (id, place)
join contact c on c.workspace_id = $1 and c.id = page.id
left join agent blocker on blocker.workspace_id = c.workspace_id and blocker.id = c.blocked_by
"""


class ContactQuery(msgspec.Struct, frozen=True):
    """What to list. `recent`: by the newest conversation that the caller may see; those without any come last."""

    q: str = ""
    label: UUID | None = None
    connector: str | None = None
    blocked: bool | None = None
    sort: Literal["name", "recent"] = "name"
    limit: int = 50
    cursor: str | None = None

    @property
    def filtered(self) -> bool:
        return bool(self.q.strip()) or self.label is not None or bool(self.connector) or self.blocked is True


class ContactPage(msgspec.Struct, frozen=True):
    items: list[Contact]
    next_cursor: str | None


class _Cursor(msgspec.Struct, frozen=True, array_like=True):
    """Where the page before ended: by name, or by time among those spoken with and then among the others."""

    id: UUID
    name: str = ""
    spoken: bool = True
    at: datetime | None = None


async def list_contacts(db: Database, caller: Caller, query: ContactQuery) -> ContactPage:
    """Raises Invalid for a cursor that is not ours."""
    after = _read(query) if query.cursor else None
    if query.q.strip():
        await refresh_some(db, caller.workspace_id)
    size = max(1, min(query.limit, MOST))
    async with db.tx() if query.filtered else db.connection() as tx:
        if query.filtered:
            await tx.execute(_BY_VALUE)
        few = await _few(tx, caller, query) if query.filtered else None
        if few == []:
            return ContactPage([], None)
        ids, cursor = await _page(tx, caller, query, after, few, size)
        statement = _Statement(caller)
        rows = await tx.fetch(statement.rows(), caller.workspace_id, ids, *statement.arguments[2:])
        return ContactPage(await contacts_from(tx, caller.workspace_id, rows), cursor)


async def _few(tx: Tx, caller: Caller, query: ContactQuery, *, spoken: bool = False) -> list[UUID] | None:
    """All that pass the filters, or None when they are many. `spoken`: with whom anybody spoke."""
    statement = _Statement(caller, query)
    rows = await tx.fetch(statement.candidates(spoken=spoken), *statement.arguments)
    return [row["id"] for row in rows] if len(rows) <= _FEW else None


async def _page(
    tx: Tx, caller: Caller, query: ContactQuery, after: _Cursor | None, few: list[UUID] | None, size: int
) -> tuple[list[UUID], str | None]:
    rows: list[asyncpg.Record] = []
    if query.sort == "name":
        statement = _Statement(caller, query, few)
        rows = await tx.fetch(statement.by_name(after, size + 1), *statement.arguments)
    else:
        if after is None or after.spoken:
            rows = await _spoken_with(tx, caller, query, after, few, size + 1)
        if len(rows) <= size:
            statement = _Statement(caller, query, few)
            begun = after if after is not None and not after.spoken else None
            rows += await tx.fetch(statement.never_spoken_with(begun, size + 1 - len(rows)), *statement.arguments)
    last = rows[size - 1] if len(rows) > size else None
    return [row["id"] for row in rows[:size]], _cursor_after(last) if last else None


async def _spoken_with(
    tx: Tx, caller: Caller, query: ContactQuery, after: _Cursor | None, few: list[UUID] | None, limit: int
) -> list[asyncpg.Record]:
    """Many that pass may all be new, as after an import: then nobody of the conversations is one of them. So only some of the
    newest are looked at, and where that fills no page, those that pass and were spoken with are looked up."""
    if query.filtered and few is None:
        statement = _Statement(caller, query)
        rows = await tx.fetch(statement.newest_spoken_with(after, limit), *statement.arguments)
        if len(rows) == limit:
            return rows
        few = await _few(tx, caller, query, spoken=True)
    statement = _Statement(caller, query, few)
    return await tx.fetch(statement.spoken_with(after, limit), *statement.arguments)


class _Statement:
    """The text and the arguments of one query; $1 is the workspace."""

    def __init__(self, caller: Caller, query: ContactQuery | None = None, few: list[UUID] | None = None) -> None:
        self.arguments: list[object] = [caller.workspace_id]
        self._caller = caller
        self._query = query or ContactQuery()
        self._few = few

    def rows(self) -> str:
        self.arguments.append(None)  # $2, the ids
        return f"{_ROWS} {_SPOKEN.format(seen=self._seen('v', ' and '))} order by page.place"

    def candidates(self, *, spoken: bool = False) -> str:
        given = ["c.workspace_id = $1", "c.merged_into is null", *self._filters(alone=True)]
        where = " and ".join([*given, _ANY.format(seen="")] if spoken else given)
        return f"select c.id from contact c where {where} limit {_FEW + 1}"

    def by_name(self, after: _Cursor | None, limit: int) -> str:
        keyset = (
            f"(lower(c.name), c.id) > ({self._put(after.name)}::text, {self._put(after.id)}::uuid)" if after else ""
        )
        where = self._where(
            keyset, "" if self._caller.sees_all else f"({self._any()} or not {self._any(anybodys=True)})"
        )
        return f"select c.id, lower(c.name) as name from contact c where {where} order by lower(c.name), c.id limit {limit}"

    def spoken_with(self, after: _Cursor | None, limit: int) -> str:
        """From the newest conversations on; or, of few contacts, of each its newest one."""
        if self._few is not None:
            return self._spoken_of_few(after, limit)
        keyset = self._before("v.last_activity_at", "v.contact_id", after)
        return self._along("conversation", limit, keyset, self._seen("v"))

    def newest_spoken_with(self, after: _Cursor | None, limit: int) -> str:
        """The same, of the first conversations alone."""
        given = ["v.workspace_id = $1", self._before("v.last_activity_at", "v.contact_id", after), self._seen("v")]
        some = (
            f"(select v.* from conversation v where {' and '.join(condition for condition in given if condition)}"
            f" order by v.last_activity_at desc, v.contact_id desc limit {_LOOKED_AT})"
        )
        return self._along(some, limit)

    def _along(self, conversations: str, limit: int, *more: str) -> str:
        newer = (
            "not exists (select 1 from conversation n where n.workspace_id = v.workspace_id and n.contact_id = v.contact_id"
            f"{self._seen('n', ' and ')} and (n.last_activity_at, n.id) > (v.last_activity_at, v.id))"
        )
        where = self._where("v.workspace_id = $1", *more, newer)
        return (
            f"select c.id, v.last_activity_at as at, true as spoken from {conversations} v"
            f" join contact c on c.workspace_id = v.workspace_id and c.id = v.contact_id where {where}"
            f" order by v.last_activity_at desc, v.contact_id desc limit {limit}"
        )

    def _spoken_of_few(self, after: _Cursor | None, limit: int) -> str:
        keyset = self._before("spoken.at", "c.id", after)
        where = self._where("spoken.at is not null", keyset)
        return (
            f"select c.id, spoken.at, true as spoken from contact c {_SPOKEN.format(seen=self._seen('v', ' and '))}"
            f" where {where} order by spoken.at desc, c.id desc limit {limit}"
        )

    def never_spoken_with(self, after: _Cursor | None, limit: int) -> str:
        keyset = self._before("c.created_at", "c.id", after)
        where = self._where(keyset, f"not {self._any(anybodys=True)}")
        return (
            f"select c.id, c.created_at as at, false as spoken from contact c where {where}"
            f" order by c.created_at desc, c.id desc limit {limit}"
        )

    def _where(self, *more: str) -> str:
        filters = self._filters() if self._few is None else [f"c.id = any({self._put(self._few)}::uuid[])"]
        given = ["c.workspace_id = $1", "c.merged_into is null", *filters, *more]
        return " and ".join(condition for condition in given if condition)

    def _filters(self, *, alone: bool = False) -> list[str]:
        """`alone`: looked up for themselves, not along the order of a page. There, many pass them, which PostgreSQL does not know
        while its statistics are old (an import is being indexed): `coalesce` keeps it from their index."""
        query = self._query
        found: list[str] = []
        if query.q.strip():
            words = f"c.tokens @@ {self._put(query_for(query.q))}::text::tsquery"
            found.append(words if alone else f"coalesce({words}, false)")
        if query.label is not None:
            labelled = f"c.label_ids @> array[{self._put(query.label)}::uuid]"
            found.append(f"{labelled} and c.label_ids <> '{{}}'" if alone else f"coalesce({labelled}, false)")
        if query.connector:
            of_connector = f"i.workspace_id = $1 and i.connector = {self._put(query.connector)}"
            found.append(
                f"c.id in (select i.contact_id from identity i where {of_connector})"
                if alone
                else f"exists (select 1 from identity i where {of_connector} and i.contact_id = c.id)"
            )
        if query.blocked is not None:
            found.append(f"c.blocked_at is {'not ' if query.blocked else ''}null")
        return found

    def _before(self, at: str, id: str, after: _Cursor | None) -> str:
        return f"({at}, {id}) < ({self._put(after.at)}::timestamptz, {self._put(after.id)}::uuid)" if after else ""

    def _any(self, *, anybodys: bool = False) -> str:
        return _ANY.format(seen="" if anybodys else self._seen("v", " and "))

    def _seen(self, alias: str, prefix: str = "") -> str:
        """rules.may_see of conversations, for the row `alias`."""
        if self._caller.sees_all:
            return ""
        teams, me = self._put(sorted(self._caller.team_ids)), self._put(self._caller.agent_id)
        return prefix + _SEEN.format(teams=teams, me=me).replace("v.", f"{alias}.")

    def _put(self, value: object) -> str:
        self.arguments.append(value)
        return f"${len(self.arguments)}"


def _cursor_after(row: asyncpg.Record) -> str:
    cursor = _Cursor(row["id"], row.get("name", ""), row.get("spoken", True), row.get("at"))
    return base64.urlsafe_b64encode(msgspec.json.encode(cursor)).decode().rstrip("=")


def _read(query: ContactQuery) -> _Cursor:
    text = query.cursor or ""
    try:
        cursor = msgspec.json.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=_Cursor)
    except (binascii.Error, ValueError, msgspec.MsgspecError) as error:
        raise Invalid(("cursor", "invalid")) from error
    if (cursor.at is None) != (query.sort == "name") or (cursor.at is not None and cursor.at.tzinfo is None):
        raise Invalid(("cursor", "invalid"))
    return cursor

"""Importing a table of Quick Replies: a row changes the one with its shortcut, scope and language, or makes one.

What one may not write is refused row by row, with the reason. Who imports the same table again changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

import msgspec

from harken.events.log import Writer
from harken.events.types import Actor, Audience
from harken.kit.db import Tx
from harken.kit.errors import Conflict, Invalid
from harken.kit.ids import new_id
from harken.kit.table import Table
from harken.people.model import Caller
from harken.quickreplies import store
from harken.quickreplies.actions.quick_reply import wording_of, write_row
from harken.quickreplies.model import Wording
from harken.quickreplies.rules import MOST
from harken.quickreplies.table import Key, columns_of, key_of
from harken.quickreplies.table import wording_of as wording_of_row

BATCH: Final = 250
Outcome = Literal["created", "updated", "unchanged", "error"]


class RowResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of a row. `line`: where it begins in the file. An error says which column, why, and what stood there."""

    line: int
    outcome: Outcome
    shortcut: str
    field: str = ""
    code: str = ""
    detail: str = ""


@dataclass(slots=True)
class Import:
    """One run over a table; `take` is called for each batch, in order."""

    caller: Caller
    columns: dict[str, int]
    teams: dict[str, UUID]
    known: dict[Key, tuple[UUID, Wording]]
    room: int  # how many more the workspace may have
    _seen: set[Key] = field(default_factory=set[Key])

    async def take(
        self, w: Writer | None, rows: Sequence[tuple[int, list[str]]], at: datetime
    ) -> list[RowResult]:  # fmt: skip
        """What becomes of the rows; without a writer nothing is written."""
        results = [await self._row(w, line, row, at) for line, row in rows]
        if w and any(result.outcome in ("created", "updated") for result in results):
            actor = Actor("agent", self.caller.agent_id, self.caller.name)
            w.append("quick_replies_imported", {"revision": w.revision}, actor=actor, audience=Audience(), at=at)
        return results

    async def _row(self, w: Writer | None, line: int, row: list[str], at: datetime) -> RowResult:
        shortcut = row[self.columns["shortcut"]][:80]
        try:
            wanted = wording_of_row(self.columns, row, self.teams, self.caller)
            return RowResult(line, await self._write(w, wanted, at), wanted.shortcut)
        except Invalid as error:
            fault = error.fields["errors"][0]  # pyright: ignore[reportIndexIssue, reportUnknownVariableType]
            return RowResult(line, "error", shortcut, str(fault["field"]), str(fault["code"]), error.detail[:200])  # pyright: ignore[reportUnknownArgumentType]
        except Conflict as error:
            return RowResult(line, "error", shortcut, "shortcut", error.code)

    async def _write(self, w: Writer | None, wanted: Wording, at: datetime) -> Outcome:
        key = key_of(wanted)
        if key in self._seen:
            raise Invalid(("shortcut", "twice"), detail=wanted.shortcut)
        self._seen.add(key)
        id, before = self.known.get(key, (None, None))
        if before:
            # A table says nothing of files: they stay.
            wanted = msgspec.structs.replace(
                wanted, attachment_ids=before.attachment_ids, title=wanted.title if "title" in self.columns else before.title
            )  # fmt: skip
        elif self.room <= 0:
            raise Conflict(f"at most {MOST} Quick Replies", code="too_many")
        if wanted == before:
            return "unchanged"
        self.room -= before is None
        if w:
            await write_row(w, self.caller, id or new_id(), wanted, at, new=before is None)
        return "updated" if before else "created"


async def open_import(tx: Tx, caller: Caller, table: Table) -> Import:
    """Raises Invalid when the columns say nothing of Quick Replies."""
    columns = columns_of(table)
    names = await store.team_names(tx, caller)
    usable = await store.list_usable(tx, caller, store.ListQuery(limit=MOST))
    return Import(
        caller, columns, {name.casefold(): id for id, name in names.items()},
        {key_of(each): (each.id, wording_of(each)) for each in usable}, MOST - await store.count_all(tx, caller.workspace_id),
    )  # fmt: skip

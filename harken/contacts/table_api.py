"""Contacts as CSV over HTTP, for supervisors and admins."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Stream

from harken.contacts.actions.bring_in import BATCH, Import, RowResult, open_import
from harken.contacts.columns import Column, Entry
from harken.contacts.exporting import export
from harken.contacts.listing import ContactQuery
from harken.events.log import writing
from harken.kit.table import MOST_BYTES, read_table
from harken.people.model import Caller
from harken.port.services import Services


@dataclass
class TableUpload:
    """Multipart. `dry_run`: say what would become of it, and write nothing."""

    file: UploadFile
    dry_run: bool = False


class ImportReport(msgspec.Struct, frozen=True):
    """What became of each row, in their order."""

    dry_run: bool
    encoding: str
    delimiter: str
    columns: list[Column]
    created: int
    updated: int
    unchanged: int
    errors: int
    rows: list[RowResult]


@get("/api/contacts/export", tags=["contacts"])
async def get_export(
    services: Services, caller: Caller, q: str = "", label: UUID | None = None, connector: str | None = None,
    blocked: bool | None = None,
) -> Stream:  # fmt: skip
    """A CSV of the contacts that the filters leave, which can be imported again."""
    caller.require("supervisor")
    headers = {"content-disposition": 'attachment; filename="contacts.csv"', "x-content-type-options": "nosniff"}
    query = ContactQuery(q[:200], label, connector, blocked)
    return Stream(export(services.db, caller, query), media_type="text/csv; charset=utf-8", headers=headers)


@post("/api/contacts/import", tags=["contacts"], status_code=200, request_max_body_size=MOST_BYTES + 64 * 1024)
async def post_import(
    services: Services, caller: Caller, data: Annotated[TableUpload, Body(media_type=RequestEncodingType.MULTI_PART)]
) -> ImportReport:
    """Takes a CSV of at most 10 MB and 50,000 rows; the same one again changes nothing. 422 when it cannot be read."""
    caller.require("supervisor")
    table = await asyncio.to_thread(read_table, await data.file.read())
    async with services.db.connection() as connection:
        run = await open_import(connection, caller, services.connectors, table)
    entries = await asyncio.to_thread(run.entries)
    rows = list(zip(table.lines, entries, strict=True))
    results: list[RowResult] = []
    for start in range(0, len(rows), BATCH):
        results += await _take(services, caller, run, rows[start : start + BATCH], dry_run=data.dry_run)
    count: Counter[str] = Counter(result.outcome for result in results)
    return ImportReport(
        data.dry_run, table.encoding, table.delimiter, run.columns, count["created"], count["updated"],
        count["unchanged"], count["error"], results,
    )  # fmt: skip


async def _take(
    services: Services, caller: Caller, run: Import, batch: Sequence[tuple[int, Entry | RowResult]], *, dry_run: bool
) -> list[RowResult]:
    """A batch that changes nothing takes no lock."""
    if dry_run:
        async with services.db.tx() as tx:
            return (await run.take(tx, caller.workspace_id, batch))[0]
    async with writing(services.db, caller.workspace_id) as w:
        results, changes = await run.take(w.tx, caller.workspace_id, batch)
        await changes.save(w, caller, services.clock.now())
    run.forget()
    return results


ROUTES: Final[list[Any]] = [get_export, post_import]

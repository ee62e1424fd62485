"""Quick Replies as CSV over HTTP."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

import msgspec
from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body

from harken.events.log import writing
from harken.kit.table import MOST_BYTES, read_table, written
from harken.people.model import Caller
from harken.port.services import Services
from harken.quickreplies import store
from harken.quickreplies.actions.bring_in import BATCH, Import, RowResult, open_import
from harken.quickreplies.rules import MOST
from harken.quickreplies.store import ListQuery
from harken.quickreplies.table import HEADER, row_of


@dataclass
class QuickReplyTable:
    """Multipart. `dry_run`: say what would become of it, and write nothing."""

    file: UploadFile
    dry_run: bool = False


class QuickReplyImport(msgspec.Struct, frozen=True):
    """What became of each row, in their order."""

    dry_run: bool
    created: int
    updated: int
    unchanged: int
    errors: int
    rows: list[RowResult]


@get("/api/quick-replies/export.csv", tags=["quick replies"])
async def export_quick_replies(caller: Caller, services: Services) -> Response[str]:
    """Those that the caller may use, as a table that can be imported again. No cell is a formula to a spreadsheet."""
    async with services.db.connection() as connection:
        teams = await store.team_names(connection, caller)
        found = await store.list_usable(connection, caller, ListQuery(limit=MOST))
    headers = {"content-disposition": 'attachment; filename="quick-replies.csv"', "x-content-type-options": "nosniff"}
    text = await asyncio.to_thread(lambda: "\ufeff" + written([HEADER, *(row_of(each, teams) for each in found)]))
    return Response(text, media_type="text/csv", headers=headers)


@post(
    "/api/quick-replies/import", tags=["quick replies"], status_code=200, request_max_body_size=MOST_BYTES + 64 * 1024
)  # fmt: skip
async def import_quick_replies(
    services: Services, caller: Caller,
    data: Annotated[QuickReplyTable, Body(media_type=RequestEncodingType.MULTI_PART)],
) -> QuickReplyImport:  # fmt: skip
    """Takes a CSV with at least `shortcut` and `body`. 422 when it cannot be read; a row that is refused says why."""
    table = await asyncio.to_thread(read_table, await data.file.read())
    async with services.db.connection() as connection:
        run = await open_import(connection, caller, table)
    rows = list(zip(table.lines, table.rows, strict=True))
    results: list[RowResult] = []
    for start in range(0, len(rows), BATCH):
        results += await _take(services, caller, run, rows[start : start + BATCH], dry_run=data.dry_run)
    count: Counter[str] = Counter(result.outcome for result in results)
    return QuickReplyImport(
        data.dry_run, count["created"], count["updated"], count["unchanged"], count["error"], results
    )  # fmt: skip


async def _take(
    services: Services, caller: Caller, run: Import, rows: Sequence[tuple[int, list[str]]], *, dry_run: bool
) -> list[RowResult]:
    now = services.clock.now()
    if dry_run:
        return await run.take(None, rows, now)
    async with writing(services.db, caller.workspace_id) as w:
        return await run.take(w, rows, now)


ROUTES: Final[list[Any]] = [export_quick_replies, import_quick_replies]

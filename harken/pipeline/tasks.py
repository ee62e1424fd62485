"""The pipeline's background tasks: fetching the files of inbound messages, trimming what has had its time."""

import tempfile
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

import msgspec

from harken.contacts.words import refresh_all
from harken.conversations.actions.react import SEND_REACTION
from harken.conversations.actions.receive import FETCH_FILE
from harken.conversations.actions.recordings import CONVERT_RECORDING
from harken.conversations.content import kind_of
from harken.conversations.files import store_content
from harken.conversations.model import Attachment, Handler, MessageChanged, Place
from harken.conversations.rules import access_of
from harken.conversations.store import get_message
from harken.events.log import Writer, writing
from harken.events.types import SYSTEM, Audience
from harken.kit.db import queries_beside
from harken.kit.http import FetchFailed, FetchRefused, fetch_pieces
from harken.kit.queue import Handler as TaskHandler
from harken.kit.queue import Task
from harken.pipeline.files import describe
from harken.pipeline.reactions import send_reaction
from harken.pipeline.recordings import convert_recording
from harken.pipeline.unused import remove_unused
from harken.port.services import Services

_Q = queries_beside(__file__)
_BATCH: Final = 5000
TRIM: Final = "trim_log"
INDEX_CONTACTS: Final = "index_contacts"
REMOVE_UNUSED: Final = "remove_unused_files"
SCHEDULE: Final[Mapping[str, timedelta]] = {
    TRIM: timedelta(hours=1), INDEX_CONTACTS: timedelta(minutes=1), REMOVE_UNUSED: timedelta(hours=1),
}  # fmt: skip


class _Content(msgspec.Struct, frozen=True):
    """What a fetched file turned out to be; a failed one keeps its name."""

    name: str
    type: str
    state: str
    size: int = 0
    digest: str = ""
    details: dict[str, Any] = {}


def handlers(services: Services) -> Mapping[str, TaskHandler]:
    return {
        FETCH_FILE: partial(fetch_file, services),
        CONVERT_RECORDING: partial(convert_recording, services),
        SEND_REACTION: partial(send_reaction, services),
        TRIM: partial(trim_log, services),
        INDEX_CONTACTS: partial(index_contacts, services),
        REMOVE_UNUSED: partial(remove_unused, services),
    }


async def fetch_file(services: Services, task: Task) -> None:
    """Brings the content of a file that came as a URL. One that cannot be had is shown as failed."""
    workspace_id = task.workspace_id
    if workspace_id is None:
        return
    async with services.db.connection() as connection:
        row = await _Q.row(connection, "get_file", workspace_id=workspace_id, id=UUID(task.payload["file_id"]))
    if row is None or row["state"] != "pending":
        return
    try:
        content = await _fetch(services, workspace_id, row["name"], row["source_url"])
    except FetchRefused:
        content = _Content(row["name"], row["type"], "failed")
    except FetchFailed:
        if not task.last_attempt:
            raise
        content = _Content(row["name"], row["type"], "failed")
    details = {**row["details"], **content.details}
    async with writing(services.db, workspace_id) as w:
        await _Q.run(
            w.tx, "file_arrived", workspace_id=workspace_id, id=row["id"], name=content.name, type=content.type,
            size=content.size, digest=content.digest, details=details, state=content.state,
        )  # fmt: skip
        await _show(w, row["message_id"], row["id"], content, services)


async def _fetch(services: Services, workspace_id: UUID, name: str, url: str) -> _Content:
    settings = services.settings
    most, allow_private = settings.max_file_bytes, settings.allow_private_urls
    with tempfile.TemporaryFile() as file:
        await fetch_pieces(url, file.write, max_bytes=most, allow_private=allow_private)
        described = await describe(name, file)
        digest, size = await store_content(services.blobs, workspace_id, file, described.thumbnail)
    return _Content(described.name, described.type, "ready", size, digest, described.details)


async def _show(w: Writer, message_id: UUID, file_id: UUID, content: _Content, services: Services) -> None:
    """The message with its file, in the thread of everybody who sees it."""
    row = await _Q.row(w.tx, "lock_attachments", workspace_id=w.workspace_id, id=message_id)
    if row is None:
        return
    attachments = [_arrived(a, file_id, content) for a in msgspec.convert(row["attachments"], list[Attachment])]
    await _Q.run(
        w.tx,
        "save_attachments",
        workspace_id=w.workspace_id,
        id=message_id,
        attachments=attachments,
        revision=w.revision,
    )
    place = Place(row["status"], Handler(row["handler_kind"], row["handler_id"]), row["team_id"])
    w.append(
        "message_changed",
        MessageChanged(row["conversation_id"], await get_message(w.tx, w.workspace_id, message_id)),
        actor=SYSTEM,
        audience=Audience("conversation", after=access_of(place)),
        at=services.clock.now(),
        conversation_id=row["conversation_id"],
    )


def _arrived(attachment: Attachment, file_id: UUID, content: _Content) -> Attachment:
    if attachment.id != file_id:
        return attachment
    return msgspec.structs.replace(
        attachment, name=content.name, type=content.type, size=content.size, kind=kind_of(content.type),
        state=content.state, details=content.details,
    )  # fmt: skip


async def trim_log(services: Services, task: Task) -> None:
    """Deletes events, receipts and unmatched news beyond their retention, in small steps."""
    now, settings = services.clock.now(), services.settings
    await _trim(services, "trim_events", now - timedelta(days=settings.event_retention_days))
    await _trim(services, "trim_receipts", now - timedelta(days=settings.receipt_retention_days))
    async with services.db.tx() as tx:
        await _Q.run(tx, "trim_parked_status", before=now - timedelta(days=7))


async def index_contacts(services: Services, task: Task) -> None:
    """Contacts that came or changed are found by their words; whoever searches does a part of it before."""
    await refresh_all(services.db)


async def _trim(services: Services, query: str, before: object) -> None:
    while True:
        async with services.db.tx() as tx:
            if await _Q.run(tx, query, before=before, limit=_BATCH) < _BATCH:
                return

"""Recorded messages in what their channel plays (R19): converted by a task, and their delivery waits for it."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import msgspec

from harken.conversations.files_store import StoredFile, file_from
from harken.conversations.model import Attachment
from harken.events.log import Writer
from harken.kit.db import Queries, Tx
from harken.kit.queue import enqueue
from harken.port.capabilities import Capabilities

_Q = Queries(Path(__file__).with_suffix(".sql"))
CONVERT_RECORDING = "convert_recording"  # the task; its payload: {"file_id"}
FAILED = "The recording could not be made into what this channel plays."


class Recording(msgspec.Struct, frozen=True):
    file: StoredFile
    play_as: str


async def convert_recordings(w: Writer, attachments: Sequence[Attachment], capabilities: Capabilities) -> None:
    """In the transaction that writes the message, before its delivery can be claimed."""
    ids = [a.id for a in attachments if a.details.get("voice")]
    if ids and capabilities.voice:
        await _await(w, ids, capabilities.voice)


async def convert_again(w: Writer, message_id: UUID) -> None:
    """Before a failed message is sent again."""
    for row in await _Q.rows(w.tx, "list_failed", workspace_id=w.workspace_id, message_id=message_id):
        await _await(w, [row["id"]], row["play_as"])


async def _await(w: Writer, ids: Sequence[UUID], play_as: str) -> None:
    await _Q.run(w.tx, "await_conversions", workspace_id=w.workspace_id, ids=list(ids), play_as=play_as)
    for id in ids:
        await enqueue(w.tx, CONVERT_RECORDING, {"file_id": str(id)}, workspace_id=w.workspace_id)


async def find_recording(tx: Tx, workspace_id: UUID, file_id: UUID) -> Recording | None:
    """None when nothing waits for it (any more)."""
    row = await _Q.row(tx, "get_recording", workspace_id=workspace_id, id=file_id)
    return Recording(file_from(row), row["play_as"]) if row else None


async def conversion_ended(tx: Tx, recording: Recording, size: int | None) -> None:
    """`size`: of the rendition, whose blob is stored; None: there is none. The delivery may now be claimed."""
    renditions = {} if size is None else {recording.play_as: size}
    await _Q.run(
        tx, "conversion_ended", workspace_id=recording.file.workspace_id, id=recording.file.id, renditions=renditions,
        error=FAILED if size is None else None,
    )  # fmt: skip

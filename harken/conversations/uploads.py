"""An upload that comes in parts and goes on where it broke off (R18).

Each part is a blob of its own, so that any process can take the next one; the last one makes the file of them.
"""

import contextlib
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path
from typing import IO, Final
from uuid import UUID

import msgspec

from harken.kit.blobs import Blobs, on_disk
from harken.kit.db import Queries, Tx
from harken.kit.errors import Conflict, NotFound, TooLarge
from harken.kit.ids import new_id
from harken.people.model import Caller

_Q: Final = Queries(Path(__file__).with_suffix(".sql"))
PART_SIZE: Final = 8 * 1024 * 1024  # bytes that a client had best send at a time


class Upload(msgspec.Struct, frozen=True):
    """A row. `received`: how much of `size` is there, in the blobs of `parts`."""

    id: UUID
    workspace_id: UUID
    uploaded_by: UUID
    channel_id: UUID | None
    name: str
    size: int
    voice: bool = False
    keep_metadata: bool = False
    received: int = 0
    parts: list[UUID] = []

    @property
    def whole(self) -> bool:
        return self.received == self.size


async def insert_upload(tx: Tx, upload: Upload) -> None:
    await _Q.run(
        tx, "insert_upload", id=upload.id, workspace_id=upload.workspace_id, uploaded_by=upload.uploaded_by,
        channel_id=upload.channel_id, name=upload.name, size=upload.size, voice=upload.voice,
        keep_metadata=upload.keep_metadata,
    )  # fmt: skip


async def get_upload(tx: Tx, caller: Caller, upload_id: UUID) -> Upload:
    """The caller's own. Raises NotFound."""
    row = await _Q.row(tx, "find_upload", workspace_id=caller.workspace_id, id=upload_id, agent_id=caller.agent_id)
    if row is None:
        raise NotFound("no such upload")
    return Upload(*row)


class Body:
    """What a request brings. `size`: how much came, also when the connection `broke` off."""

    def __init__(self, stream: AsyncIterator[bytes], broke: type[Exception], most: int) -> None:
        self._stream, self._broke, self._most = stream, broke, most
        self.size = 0

    async def pieces(self) -> AsyncIterator[bytes]:
        """Raises nothing: the store makes its own errors of what is raised below it. Ends beyond `most`."""
        with contextlib.suppress(self._broke):
            async for piece in self._stream:
                self.size += len(piece)
                if self.too_much:
                    return
                if piece:
                    yield piece

    @property
    def too_much(self) -> bool:
        return self.size > self._most


async def store_part(blobs: Blobs, upload: Upload, body: Body) -> UUID:
    """The part's blob. Raises TooLarge, and keeps nothing then."""
    part = new_id()
    await blobs.put_stream(_key(upload.id, part), body.pieces())
    if body.too_much:
        await delete_parts(blobs, upload.id, [part])
        raise TooLarge("more than was announced", fields={"max_bytes": upload.size})
    return part


async def add_part(tx: Tx, upload: Upload, part: UUID, length: int) -> Upload:
    """Raises Conflict `wrong_offset` when another was faster."""
    received = await _Q.value(
        tx, "add_part", workspace_id=upload.workspace_id, id=upload.id, at=upload.received, length=length, part=part
    )
    if received is None:
        raise wrong_offset(None)
    return msgspec.structs.replace(upload, received=received, parts=[*upload.parts, part])


def wrong_offset(offset: int | None) -> Conflict:
    """`offset`: where the upload really stands."""
    return Conflict(
        "the upload stands elsewhere", code="wrong_offset", fields={} if offset is None else {"offset": offset}
    )


def assembled(blobs: Blobs, upload: Upload) -> AbstractAsyncContextManager[IO[bytes]]:
    """All of it in a temporary file, which is gone afterwards."""
    return on_disk(blobs, *(_key(upload.id, part) for part in upload.parts))


async def delete_parts(blobs: Blobs, upload_id: UUID, parts: list[UUID]) -> None:
    """May be repeated."""
    for part in parts:
        await blobs.delete(_key(upload_id, part))


async def forget_parts(tx: Tx, upload: Upload) -> None:
    await _Q.run(tx, "forget_parts", workspace_id=upload.workspace_id, id=upload.id)


async def list_old_uploads(tx: Tx, before: datetime, limit: int) -> list[tuple[UUID, UUID, list[UUID]]]:
    """Of all workspaces: id, workspace and parts."""
    return [tuple(row) for row in await _Q.rows(tx, "list_old_uploads", before=before, limit=limit)]


async def delete_upload(tx: Tx, workspace_id: UUID, upload_id: UUID) -> None:
    """The row; its blobs are the caller's to delete."""
    await _Q.run(tx, "delete_upload", workspace_id=workspace_id, id=upload_id)


def _key(upload_id: UUID, part: UUID) -> str:
    return f"uploads/{upload_id}/{part}"

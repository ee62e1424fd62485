"""What customers upload in parts, which goes on where a connection broke off. A part is a blob, named by its place:
`parts/CHANNEL/UPLOAD/OFFSET-LENGTH`; there is no other record of it, and after a day it is gone."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from harken.kit.blobs import Blobs

_ROOT: Final = "parts/"


async def add_part(blobs: Blobs, channel_id: UUID, upload: UUID, offset: int, data: bytes) -> int:
    """How much of it is there now. Kept is a part that begins where the upload stands; the same one again changes nothing."""
    found = [key async for key in blobs.keys(_folder(channel_id, upload))]
    stand = sum(length for _, length in in_order(found))
    if offset != stand or not data:
        return stand
    await blobs.put(f"{_folder(channel_id, upload)}{offset}-{len(data)}", data)
    return stand + len(data)


async def read_parts(blobs: Blobs, channel_id: UUID, upload: UUID) -> bytes:
    """All that is there, as one."""
    folder = _folder(channel_id, upload)
    found = [key async for key in blobs.keys(folder)]
    return b"".join([await blobs.get(f"{folder}{offset}-{length}") for offset, length in in_order(found)])


async def delete_parts(blobs: Blobs, channel_id: UUID, upload: UUID) -> None:
    for key in [key async for key in blobs.keys(_folder(channel_id, upload))]:
        await blobs.delete(key)


async def delete_old_parts(blobs: Blobs, before: datetime) -> None:
    for key in [key async for key in blobs.keys(_ROOT)]:
        stored = await blobs.modified(key)
        if stored and stored < before:
            await blobs.delete(key)


def in_order(keys: Iterable[str]) -> list[tuple[int, int]]:
    """Offset and length of the parts that make a beginning; of two that were stored at once for one place the shorter."""
    places = sorted(tuple(map(int, key.rpartition("/")[2].split("-"))) for key in keys)
    parts: list[tuple[int, int]] = []
    stand = 0
    for offset, length in places:
        if offset == stand:
            parts.append((offset, length))
            stand += length
    return parts


def _folder(channel_id: UUID, upload: UUID) -> str:
    return f"{_ROOT}{channel_id}/{upload}/"

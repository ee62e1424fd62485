"""An upload: read once, named by its digest, typed by its content, measured, and checked against the channel (R18)."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from typing import IO, Any
from uuid import UUID

import msgspec

from harken.conversations.content import file_refusal, largest_file
from harken.conversations.files_store import StoredFile
from harken.kit.blobs import Blobs
from harken.kit.errors import Invalid, TooLarge, UnsupportedType
from harken.kit.ids import new_id
from harken.kit.media import HEAD, details_of, sniff
from harken.kit.text import one_line
from harken.port.capabilities import Capabilities

_CHUNK = 256 * 1024
_NAME_LENGTH = 200


def refuse_size(capabilities: Capabilities | None, size: int, most: int) -> None:
    """Before anything is read, and again after. Raises TooLarge with what is accepted."""
    limit = min(most, largest_file(capabilities)) if capabilities and capabilities.files else most
    if size > limit:
        raise TooLarge(f"at most {limit} bytes", fields={"max_bytes": limit, **_accepted(capabilities)})


async def store_upload(
    blobs: Blobs, workspace_id: UUID, file: IO[bytes], name: str, capabilities: Capabilities | None, most: int
) -> StoredFile:
    """Puts the content away; the row is the caller's to write. Raises TooLarge, UnsupportedType, Invalid when empty."""
    digest, size, head = await asyncio.to_thread(_measure, file)
    if size == 0:
        raise Invalid(("file", "empty"))
    refuse_size(capabilities, size, most)
    clean = one_line(name.replace("\\", "/").rpartition("/")[2], _NAME_LENGTH) or "file"
    media_type = sniff(head, clean)
    if capabilities:
        _refuse(capabilities, media_type, size)
    stored = StoredFile(
        new_id(), workspace_id, clean, media_type, size, digest, await details_of(media_type, file), "ready"
    )
    await blobs.put_stream(stored.key, _chunks(file))
    return stored


def _measure(file: IO[bytes]) -> tuple[str, int, bytes]:
    """Digest (hex), size and beginning."""
    file.seek(0)
    head = file.read(HEAD)
    digest, size = hashlib.sha256(head), len(head)
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size, head


def _refuse(capabilities: Capabilities, media_type: str, size: int) -> None:
    match file_refusal(capabilities, media_type, size):
        case "type_refused":
            raise UnsupportedType(
                f"this channel does not take {media_type}", fields={"media_type": media_type, **_accepted(capabilities)}
            )
        case "too_large":
            raise TooLarge("too large for this channel", fields=_accepted(capabilities))
        case None:
            return


def _accepted(capabilities: Capabilities | None) -> dict[str, Any]:
    if capabilities is None:
        return {}
    return {"accepted": [msgspec.to_builtins(rule) for rule in capabilities.files]}


async def _chunks(file: IO[bytes]) -> AsyncIterator[bytes]:
    await asyncio.to_thread(file.seek, 0)
    while chunk := await asyncio.to_thread(file.read, _CHUNK):
        yield chunk

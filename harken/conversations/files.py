"""An upload: read once, named by its digest, typed by its content, measured, and checked against the channel (R18)."""

import asyncio
import contextlib
import hashlib
import os
from collections.abc import AsyncIterator
from typing import IO, Any
from uuid import UUID

import msgspec

from harken.conversations.content import file_refusal, largest_file, outgoing_type
from harken.conversations.files_store import StoredFile
from harken.kit.blobs import Blobs
from harken.kit.errors import Invalid, TooLarge, UnsupportedType
from harken.kit.media import HEAD, UNKNOWN, inspect, sniff
from harken.kit.pictures import without_metadata
from harken.kit.text import one_line
from harken.port.capabilities import Capabilities

_CHUNK = 256 * 1024
_NAME_LENGTH = 200


class Coming(msgspec.Struct, frozen=True):
    """What is said of a file before its content is known. `capabilities`: of the channel it is for."""

    id: UUID
    workspace_id: UUID
    name: str
    most: int  # bytes
    capabilities: Capabilities | None = None
    voice: bool = False  # recorded as a message: it goes out as the channel plays such
    keep_metadata: bool = False


def refuse_size(capabilities: Capabilities | None, size: int, most: int) -> None:
    """Before anything is read, and again after. Raises TooLarge with what is accepted."""
    largest = largest_file(capabilities) if capabilities and capabilities.files else None
    limit = most if largest is None else min(most, largest)
    if size > limit:
        raise TooLarge(f"at most {limit} bytes", fields={"max_bytes": limit, **_accepted(capabilities)})


def refuse_claim(coming: Coming, media_type: str, size: int) -> None:
    """By what is announced, before anything is sent; a type that the sender does not know says nothing. Raises Invalid, TooLarge,
    UnsupportedType."""
    if size <= 0:
        raise Invalid(("size", "empty"))
    refuse_size(coming.capabilities, size, coming.most)
    if coming.capabilities and media_type not in ("", UNKNOWN):
        _refuse(coming.capabilities, media_type, size, coming.voice)


async def store_upload(blobs: Blobs, coming: Coming, file: IO[bytes]) -> StoredFile:
    """Puts the content away; the row is the caller's to write. Raises TooLarge, UnsupportedType, Invalid when empty."""
    size, head = await asyncio.to_thread(_look, file)
    if size == 0:
        raise Invalid(("file", "empty"))
    refuse_size(coming.capabilities, size, coming.most)
    name = file_name(coming.name)
    media_type = sniff(head, name)
    voice = coming.voice and media_type.startswith("audio/")
    if coming.capabilities:
        _refuse(coming.capabilities, media_type, size, voice)
    clean = None if coming.keep_metadata else await without_metadata(media_type, file)
    with clean or contextlib.nullcontext(file) as kept:
        return await _store(blobs, coming, kept, name, media_type, voice)


async def _store(blobs: Blobs, coming: Coming, file: IO[bytes], name: str, media_type: str, voice: bool) -> StoredFile:
    inspected = await inspect(media_type, file)
    details = {**inspected.details, "voice": True} if voice else inspected.details
    digest, size = await store_content(blobs, coming.workspace_id, file, inspected.thumbnail)
    return StoredFile(coming.id, coming.workspace_id, name, media_type, size, digest, details, "ready")


async def store_content(blobs: Blobs, workspace_id: UUID, file: IO[bytes], thumbnail: bytes | None) -> tuple[str, int]:
    """Under its digest (hex), which is returned with its size."""
    digest, size = await asyncio.to_thread(_measure, file)
    await blobs.put_stream(f"{workspace_id}/{digest}", _chunks(file))
    if thumbnail:
        await blobs.put(f"{workspace_id}/{digest}.thumbnail", thumbnail)
    return digest, size


def file_name(name: str) -> str:
    """The last part of what may be a path, on one line, without what turns the reading order around; never empty."""
    last = name.replace("\\", "/").rpartition("/")[2]
    stem, dot, ending = one_line(last.replace("\x00", ""), 4 * _NAME_LENGTH).rpartition(".")
    if not dot or not 0 < len(ending) <= 12:
        return one_line(last, _NAME_LENGTH).strip(". ") or "file"
    return f"{one_line(stem, _NAME_LENGTH - len(ending) - 1).lstrip('. ') or 'file'}.{ending}"


def _look(file: IO[bytes]) -> tuple[int, bytes]:
    """Size and beginning."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    return size, file.read(HEAD)


def _measure(file: IO[bytes]) -> tuple[str, int]:
    """Digest (hex) and size."""
    file.seek(0)
    digest, size = hashlib.sha256(), 0
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


def _refuse(capabilities: Capabilities, media_type: str, size: int, voice: bool) -> None:
    match file_refusal(capabilities, outgoing_type(capabilities, media_type, voice=voice), size):
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

"""What an inbound file is: its type and details by its content, and a name that says so."""

import asyncio
import contextlib
import io
import mimetypes
import os
from typing import IO, Any

import msgspec

from harken.kit.media import HEAD, Inspected, inspect, sniff

_DECODED_BYTES = 16 * 1024 * 1024  # bigger ones show no picture size or waveform: a webhook waits for this
_DECODE_SECONDS = 5.0


class Described(msgspec.Struct, frozen=True):
    name: str
    type: str
    details: dict[str, Any]
    thumbnail: bytes | None = None


async def describe(name: str, file: IO[bytes]) -> Described:
    """What the sender claims of the type counts for nothing. The file's position is undefined afterwards."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    type = sniff(file.read(HEAD), name)
    inspected = Inspected({})
    if size <= _DECODED_BYTES:
        # What is given up goes on for a moment in its thread: with a reader of its own, so that it moves nobody else's.
        own = io.BytesIO(file.getvalue()) if isinstance(file, io.BytesIO) else file
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(None if own is file else _DECODE_SECONDS):
                inspected = await inspect(type, own)
    given = name or "file" + (mimetypes.guess_extension(type) or "")
    return Described(given, type, inspected.details, inspected.thumbnail)

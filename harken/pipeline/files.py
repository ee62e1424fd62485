"""What an inbound file is: its type by its content, and a name that says so."""

import mimetypes
from typing import Any

import msgspec
import puremagic

_UNKNOWN = "application/octet-stream"


class Described(msgspec.Struct, frozen=True):
    name: str
    type: str
    details: dict[str, Any] = {}


def describe(name: str, data: bytes, claimed: str | None) -> Described:
    """The type by content; where the content does not tell, plain text by its bytes, else the sender's claim if harmless."""
    type = _by_content(data) or _as_text(name, data, claimed) or _UNKNOWN
    return Described(name or "file" + (mimetypes.guess_extension(type) or ""), type)


def _by_content(data: bytes) -> str | None:
    try:
        found = puremagic.from_string(data, mime=True) if data else ""
    except (puremagic.PureError, ValueError):
        return None
    return str(found).lower() if "/" in str(found) else None


def _as_text(name: str, data: bytes, claimed: str | None) -> str | None:
    if b"\x00" in data[:4096]:
        return None
    try:
        data[:4096].decode()
    except UnicodeDecodeError as error:
        if error.start < len(data[:4096]) - 4:
            return None
    guessed = claimed or mimetypes.guess_type(name)[0] or ""
    return guessed if guessed in ("text/csv", "text/calendar", "text/vcard", "application/json") else "text/plain"

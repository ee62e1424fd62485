"""Files by their content: what type they are, and what a picture or a recording shows of itself.

What comes from strangers is decoded here and nowhere else: in processes of their own, with bounds (kit/media_process). A
file that cannot be decoded has no details; that is no error.
"""

import asyncio
import re
from typing import IO, Any, Final, NamedTuple

import msgspec

from harken.kit.media_converting import CONVERTED
from harken.kit.media_decoding import MAX_PIXELS, PEAKS, THUMBNAIL_EDGE, image_details
from harken.kit.media_process import run_job

__all__ = [
    "CONVERTED", "HEAD", "MAX_PIXELS", "PEAKS", "THUMBNAIL_EDGE", "UNKNOWN", "Inspected", "converted", "details_of",
    "inspect", "sniff", "thumbnail",
]  # fmt: skip

HEAD: Final = 65_536  # bytes that `sniff` wants
UNKNOWN: Final = "application/octet-stream"
_CONVERT_SECONDS: Final = 120.0

_SIGNATURES: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"%PDF-", "application/pdf"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
    (b"#!AMR", "audio/amr"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"{\\rtf", "application/rtf"),
)
_RIFF: Final = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_BRANDS: Final = {
    b"M4A ": "audio/mp4", b"M4B ": "audio/mp4", b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heif",
    b"avif": "image/avif", b"qt  ": "video/quicktime", b"3gp4": "video/3gpp", b"3gp5": "video/3gpp",
}  # fmt: skip
_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_ZIPPED: Final = (
    (b"word/", _OFFICE + "wordprocessingml.document"),
    (b"xl/", _OFFICE + "spreadsheetml.sheet"),
    (b"ppt/", _OFFICE + "presentationml.presentation"),
)
_TEXTS: Final = {
    "csv": "text/csv", "json": "application/json", "ics": "text/calendar", "vcf": "text/vcard", "md": "text/markdown",
}  # fmt: skip
_HTML: Final = re.compile(
    rb"<(!doctype html|html|head|body|script|iframe|img|a|div|p|table|meta|style|title)[\s>/]", re.I
)
_SVG: Final = re.compile(rb"<svg[\s>]", re.I)


def sniff(head: bytes, name: str = "") -> str:
    """The MIME type by the first HEAD bytes. The name only tells kinds of harmless text apart."""
    for signature, media_type in _SIGNATURES:
        if head.startswith(signature):
            return media_type
    return _container(head) or _text(head, name) or _by_puremagic(head) or UNKNOWN


def _container(head: bytes) -> str | None:
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    if head[:4] == b"OggS":
        return "video/ogg" if b"theora" in head[:512] else "audio/ogg"
    if head[:4] == b"\x1a\x45\xdf\xa3":
        video = b"V_VP" in head or b"V_AV1" in head or b"V_MPEG" in head
        kind = "webm" if b"webm" in head[:64] else "x-matroska"
        return f"video/{kind}" if video or b"A_" not in head else f"audio/{kind}"
    if head[:4] == b"PK\x03\x04":
        return _zipped(head)
    if len(head) > 2 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2:  # MPEG audio, layer III
        return "audio/mpeg"
    return None


def _zipped(head: bytes) -> str:
    if head[30:38] == b"mimetype":
        declared = head[38:138].split(b"PK", 1)[0].decode("ascii", "replace")
        return declared if re.fullmatch(r"application/[a-z0-9.+-]{1,80}", declared) else "application/zip"
    return next((media_type for part, media_type in _ZIPPED if part in head), "application/zip")


def _text(head: bytes, name: str) -> str | None:
    """Active text is told from plain text, whatever it is called."""
    start = head.removeprefix(b"\xef\xbb\xbf")
    if b"\x00" in start or not _decodes(start):
        return None
    opening = start[:4096].lstrip()
    if opening.startswith(b"<"):
        if _SVG.search(opening):
            return "image/svg+xml"
        if _HTML.search(opening):
            return "text/html"
        return "application/xml" if opening.startswith(b"<?xml") else "text/plain"
    return _TEXTS.get(name.rpartition(".")[2].lower(), "text/plain") if start else None


def _decodes(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.start >= len(data) - 4 and len(data) >= HEAD - 3  # cut in the middle of a character
    return sum(byte < 32 and byte not in (9, 10, 12, 13, 27) for byte in data) == 0


def _by_puremagic(head: bytes) -> str | None:
    import puremagic

    try:
        matches: list[Any] = list(puremagic.magic_string(head))  # pyright: ignore[reportUnknownMemberType]
    except (puremagic.PureError, ValueError):
        return None
    best = next((match for match in matches if match.mime_type and match.confidence >= 0.4), None)
    # An image that nothing above knew is not one that a browser should show.
    return str(best.mime_type) if best and not best.mime_type.startswith(("text/", "image/svg")) else None


async def details_of(media_type: str, file: IO[bytes]) -> dict[str, Any]:
    """As the file is, without a thumbnail: `inspect`."""
    return (await inspect(media_type, file)).details


class Inspected(NamedTuple):
    """`width`, `height` of a picture or video (px), `duration` (s) and `peaks` (0..1) of a recording, `pages` of a PDF; and
    `thumbnail`: true when there can be one. Its bytes (WebP) come along where finding out made them."""

    details: dict[str, Any]
    thumbnail: bytes | None = None


async def inspect(media_type: str, file: IO[bytes]) -> Inspected:
    """Only a picture's header is read in this process; what has to be decoded is decoded in one that may die."""
    family = media_type.partition("/")[0]
    if family == "image" and media_type != "image/svg+xml":
        return Inspected(await _header(media_type, file))
    if family not in ("audio", "video") and media_type != "application/pdf":
        return Inspected({})
    answer = await run_job("inspect", media_type, file=file)
    if answer is None:
        return Inspected({})
    details, _, small = answer.partition(b"\n")
    return Inspected(msgspec.json.decode(details, type=dict[str, Any]), small or None)


async def thumbnail(media_type: str, file: IO[bytes]) -> bytes | None:
    """A WebP at most THUMBNAIL_EDGE wide and high; None when nothing can be shown."""
    return await run_job("thumbnail", media_type, file=file) or None


async def converted(media_type: str, wanted: str, file: IO[bytes]) -> bytes | None:
    """A recording in another format (CONVERTED names them); None when it cannot be decoded."""
    return await run_job("convert", media_type, wanted, file=file, seconds=_CONVERT_SECONDS) or None


async def _header(media_type: str, file: IO[bytes]) -> dict[str, Any]:
    """Decoders raise far too many kinds of errors to name; any of them means: no details."""
    try:
        return await asyncio.to_thread(image_details, media_type, file)
    except Exception:
        return {}

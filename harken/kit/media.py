"""Files by their content: what type they are, and what a picture or a recording shows of itself.

What comes from strangers is decoded here and nowhere else: in a thread, with bounds on pixels and samples. A file that
cannot be decoded has no details; that is no error.
"""

import asyncio
import io
import re
from array import array
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from typing import IO, TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from av.container import InputContainer

MAX_PIXELS: Final = 50_000_000
THUMBNAIL_EDGE: Final = 480
PEAKS: Final = 64
HEAD: Final = 65_536  # bytes that `sniff` wants
UNKNOWN: Final = "application/octet-stream"
_DEMUXERS: Final = {
    "ogg": "ogg", "wav": "wav", "mpeg": "mp3", "flac": "flac", "amr": "amr", "mp4": "mov", "quicktime": "mov",
    "3gpp": "mov", "webm": "matroska", "x-matroska": "matroska", "x-msvideo": "avi",
}  # fmt: skip
_MAX_AUDIO_SECONDS: Final = 3600
_T = TypeVar("_T")

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
    """`width`, `height` of a picture; `duration` (s) and `peaks` (0..1) of a recording; empty for the rest."""
    match media_type.partition("/")[0]:
        case "image" if media_type != "image/svg+xml":
            return await _decoded(image_details, file, {})
        case "audio":
            return await _decoded(partial(audio_details, media_type), file, {})
        case "video":
            return await _decoded(partial(video_details, media_type), file, {})
        case _:
            return {}


async def thumbnail(data: bytes) -> bytes | None:
    """A WebP at most THUMBNAIL_EDGE wide and high; None when it is no picture that can be decoded."""
    return await _decoded(_thumbnail, io.BytesIO(data), None)


async def _decoded(decode: Callable[[IO[bytes]], _T], file: IO[bytes], otherwise: _T) -> _T:
    """Any failure of a decoder means: no details. Decoders raise far too many kinds of errors to name."""
    try:
        return await asyncio.to_thread(decode, file)
    except Exception:
        return otherwise


def image_details(file: IO[bytes]) -> dict[str, Any]:
    """Reads the header only. Turned as the camera's orientation says."""
    from PIL import Image

    file.seek(0)
    with Image.open(file) as image:
        width, height = image.size
        if image.getexif().get(0x0112, 1) >= 5:
            width, height = height, width
    return {"width": width, "height": height}


def _thumbnail(file: IO[bytes]) -> bytes | None:
    from PIL import Image, ImageOps

    with Image.open(file) as image:
        if image.width * image.height > MAX_PIXELS:
            return None
        image.draft("RGB", (THUMBNAIL_EDGE, THUMBNAIL_EDGE))
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((THUMBNAIL_EDGE, THUMBNAIL_EDGE))
        mode = "RGBA" if upright.mode in ("RGBA", "LA", "P", "PA") else "RGB"
        out = io.BytesIO()
        upright.convert(mode).save(out, "webp", quality=80)
        return out.getvalue()


def _opened(media_type: str, file: IO[bytes]) -> "InputContainer":
    """The demuxer is chosen by the type: one that ffmpeg guesses may be a playlist, which opens other files and URLs."""
    import av

    file.seek(0)
    demuxer = _DEMUXERS[media_type.partition("/")[2]]
    return av.open(file, mode="r", format=demuxer, options={"protocol_whitelist": "pipe"}, metadata_errors="ignore")


def video_details(media_type: str, file: IO[bytes]) -> dict[str, Any]:
    with _opened(media_type, file) as container:
        stream = container.streams.video[0]
        if not stream.width or not stream.height:
            return {}
        length = {"duration": round(container.duration / 1_000_000, 2)} if container.duration else {}
        return {"width": stream.width, "height": stream.height, **length}


def audio_details(media_type: str, file: IO[bytes]) -> dict[str, Any]:
    """Decodes to 8 kHz mono; what is longer than an hour shows no waveform."""
    import av

    levels: list[float] = []  # the loudest of each tenth of a second
    samples = 0
    with _opened(media_type, file) as container:
        resampler = av.AudioResampler(format="s16", layout="mono", rate=8000)
        for frame in container.decode(audio=0):
            for piece in resampler.resample(frame):
                wave = array("h", bytes(piece.planes[0])[: piece.samples * 2])
                samples += len(wave)
                levels.extend(float(max(max(part), -min(part))) for part in _tenths(wave))
            if samples > 8000 * _MAX_AUDIO_SECONDS:
                return {}
    return {"duration": round(samples / 8000, 2), "peaks": _peaks(levels)}


def _tenths(wave: "array[int]") -> Iterator["array[int]"]:
    """Of a second, at 8 kHz."""
    return (wave[start : start + 800] for start in range(0, len(wave), 800))


def _peaks(levels: list[float]) -> list[float]:
    """PEAKS numbers, the loudest of each stretch, as parts of the loudest of all."""
    if not levels:
        return []
    loudest = max(levels) or 1.0
    edges = [round(place * len(levels) / PEAKS) for place in range(PEAKS + 1)]
    stretches = (levels[start : max(end, start + 1)] or levels[-1:] for start, end in pairwise(edges))
    return [round(max(stretch) / loudest, 3) for stretch in stretches]

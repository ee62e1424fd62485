"""What a picture's file tells besides the picture (place, camera, times, the person's name) taken out, without decoding it.

Kept: the colour profile and, of Exif, the orientation alone. What follows a picture's end (a phone's second picture, a film)
goes too. JPEG (ITU-T T.81 B), PNG (third edition, 5), WebP (RFC 9649) and HEIF/AVIF (ISO 14496-12, items `Exif` and `mime`).
"""

import asyncio
import mmap
import re
import struct
import tempfile
from collections.abc import Callable, Iterator
from typing import IO, Final

_Bytes = mmap.mmap
_Pieces = Iterator[bytes | memoryview]
_EXIF: Final = b"Exif\x00\x00"
_MARKER: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
_PNG_DROPPED: Final = frozenset({b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME", b"caBX"})
_WEBP_DROPPED: Final = frozenset({b"EXIF", b"XMP "})
_NO_EXIF: Final = b"\x00\x00\x00\x00MM\x00*\x00\x00\x00\x08" + bytes(
    6
)  # where it begins, and a directory without entries
_MOST_BYTES: Final = 1 << 20  # of a header that is searched for the orientation


async def without_metadata(media_type: str, file: IO[bytes]) -> IO[bytes] | None:
    """The picture alone, in a temporary file. None when there is nothing to do: another type, nothing found, or broken."""
    clean = _CLEANERS.get(media_type)
    return await asyncio.to_thread(_cleaned, clean, file) if clean else None


def _cleaned(clean: Callable[[_Bytes], _Pieces], file: IO[bytes]) -> IO[bytes] | None:
    """Written by pieces from the mapped file, so that a big picture is never in memory as a whole."""
    with tempfile.TemporaryFile() as copy, mmap.mmap(_number(file, copy), 0, access=mmap.ACCESS_READ) as whole:
        out = tempfile.TemporaryFile()  # noqa: SIM115 (the caller's)
        try:
            for piece in clean(whole):
                out.write(piece)
                if isinstance(piece, memoryview):
                    piece.release()
        except (ValueError, struct.error, IndexError):
            out.close()
            return None
        return out


def _number(file: IO[bytes], copy: IO[bytes]) -> int:
    """Of a file on disk; what is in memory only is written to `copy` first."""
    try:
        file.flush()
        return file.fileno()
    except (OSError, AttributeError):
        file.seek(0)
        copy.write(file.read())
        copy.flush()
        return copy.fileno()


def _jpeg(data: _Bytes) -> _Pieces:
    """Segment by segment; the scans are copied, and searched only for the marker that ends them."""
    if data[:2] != b"\xff\xd8":
        raise ValueError("no JPEG")
    yield b"\xff\xd8"
    at = 2
    while True:
        if data[at] != 0xFF:  # what does not belong there
            found = _MARKER.search(data, at)
            if found is None:
                raise ValueError("no marker")
            at = found.start()
        marker = data[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if marker == 0xD9:
            yield b"\xff\xd9"
            return
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        if end <= at + 3 or end > len(data):
            raise ValueError("cut off")
        yield from _jpeg_segment(marker, data[at:end])
        at = end
        if marker == 0xDA:
            found = _MARKER.search(data, at)
            end = found.start() if found else len(data)
            yield memoryview(data)[at:end]
            if found is None:
                return
            at = end


def _jpeg_segment(marker: int, segment: bytes) -> Iterator[bytes]:
    """APP1 (Exif, XMP), APP13 (IPTC), comments and makers' own segments go; JFIF, ICC profile and Adobe's colours stay."""
    body = segment[4:]
    if marker == 0xE1 and body.startswith(_EXIF):
        turned = _exif_of(_orientation(body[len(_EXIF) :]))
        if turned:
            turned = _EXIF + turned
            yield b"\xff\xe1" + struct.pack(">H", len(turned) + 2) + turned
    elif marker == 0xE2:
        if body.startswith(b"ICC_PROFILE\x00"):
            yield segment
    elif marker in (0xE0, 0xEE) or not (0xE1 <= marker <= 0xEF or marker == 0xFE):
        yield segment


def _png(data: _Bytes) -> _Pieces:
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        raise ValueError("no PNG")
    yield data[:8]
    at, ended = 8, False
    while not ended:
        length = int.from_bytes(data[at : at + 4])
        kind, end = data[at + 4 : at + 8], at + 12 + length
        if end > len(data) or len(kind) < 4:
            raise ValueError("cut off")
        if kind not in _PNG_DROPPED:
            yield memoryview(data)[at:end]
        elif kind == b"eXIf" and (turned := _exif_of(_orientation(data[at + 8 : end - 4]))):
            yield _png_chunk(kind, turned)
        at, ended = end, kind == b"IEND"


def _png_chunk(kind: bytes, body: bytes) -> bytes:
    from zlib import crc32

    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc32(kind + body))


def _webp(data: _Bytes) -> _Pieces:
    """The size in front and the flags of VP8X follow what is left."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise ValueError("no WebP")
    end = min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    kept: list[tuple[bytes, int, int]] = []
    turned, at = b"", 12
    while at + 8 <= end:
        kind, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        after = at + 8 + length + length % 2
        if at + 8 + length > end:
            raise ValueError("cut off")
        if kind == b"EXIF":
            turned = _exif_of(_orientation(data[at + 8 : at + 8 + length].removeprefix(_EXIF)))
        if kind not in _WEBP_DROPPED:
            kept.append((kind, at, min(after, end)))
        at = after
    extra = b"EXIF" + struct.pack("<I", len(turned)) + turned + b"\x00" * (len(turned) % 2) if turned else b""
    size = 4 + sum(stop - start for _, start, stop in kept) + len(extra)
    yield b"RIFF" + struct.pack("<I", size) + b"WEBP"
    for kind, start, stop in kept:
        if kind == b"VP8X":
            flags = data[start + 8] & ~0x0C | (0x08 if turned else 0)
            yield data[start : start + 8] + bytes([flags]) + data[start + 9 : stop]
        else:
            yield memoryview(data)[start:stop]
    yield extra


def _heif(data: _Bytes) -> _Pieces:
    """Exif and XMP are overwritten where they are: the picture's own pieces stay where the file says they are."""
    from harken.kit.pictures_heif import metadata_extents

    at = 0
    for start, end in sorted(metadata_extents(data)):
        if start < at or end > len(data):
            raise ValueError("cut off")
        yield memoryview(data)[at:start]
        yield _NO_EXIF.ljust(end - start, b"\x00") if end - start >= len(_NO_EXIF) else bytes(end - start)
        at = end
    yield memoryview(data)[at:]


def _orientation(exif: bytes) -> int:
    """Of a TIFF structure (Exif 3.0, 4.6.2); 1 when it does not say."""
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None or len(exif) > _MOST_BYTES:
        return 1
    try:
        directory = struct.unpack_from(order + "I", exif, 4)[0]
        for entry in range(struct.unpack_from(order + "H", exif, directory)[0]):
            tag, _kind, _count, value = struct.unpack_from(order + "HHIH", exif, directory + 2 + 12 * entry)
            if tag == 0x0112:
                return value if 1 <= value <= 8 else 1
    except struct.error:
        pass
    return 1


def _exif_of(orientation: int) -> bytes:
    """A TIFF structure with that one entry; empty for an upright picture, which needs none."""
    if orientation == 1:
        return b""
    return b"MM\x00*\x00\x00\x00\x08" + struct.pack(">HHHIHHI", 1, 0x0112, 3, 1, orientation, 0, 0)


_CLEANERS: Final[dict[str, Callable[[_Bytes], _Pieces]]] = {
    "image/jpeg": _jpeg, "image/png": _png, "image/webp": _webp,
    "image/heic": _heif, "image/heif": _heif, "image/avif": _heif,
}  # fmt: skip

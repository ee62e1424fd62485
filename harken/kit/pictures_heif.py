"""Where a HEIF or AVIF file keeps its Exif and XMP: the boxes `iinf` and `iloc` in `meta` (ISO 14496-12, 8.11)."""

import struct
from collections.abc import Iterator
from typing import Final, Protocol

_TOLD: Final = frozenset({b"Exif", b"mime"})  # XMP is an item of type `mime`
_MOST_ITEMS: Final = 10_000


class _Data(Protocol):
    def __getitem__(self, key: slice, /) -> bytes: ...
    def __len__(self) -> int: ...


def metadata_extents(data: _Data) -> list[tuple[int, int]]:
    """Start and end of each piece of metadata in the file. Raises ValueError, struct.error for what is not as it should be."""
    meta = next(((start, end) for kind, start, end in boxes(data, 0, len(data)) if kind == b"meta"), None)
    if meta is None:
        return []
    parts = {kind: (start, end) for kind, start, end in boxes(data, meta[0] + 4, meta[1])}
    if b"iinf" not in parts or b"iloc" not in parts:
        return []
    told = {item for item, kind in item_types(data[slice(*parts[b"iinf"])]) if kind in _TOLD}
    found = locations(data[slice(*parts[b"iloc"])])
    return [extent for item, method, extent in found if method == 0 and item in told]


def boxes(data: _Data, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, and start and end of the content, of each box from `at` on."""
    while at + 8 <= end:
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        start = at + 8
        if size == 1:
            (size,) = struct.unpack(">Q", data[at + 8 : at + 16])
            start += 8
        stop = end if size == 0 else at + size
        if stop < start or stop > end:
            raise ValueError("a box that does not fit")
        yield kind, start, stop
        at = stop


def item_types(box: bytes) -> Iterator[tuple[int, bytes]]:
    """Item and type, of the content of `iinf`."""
    wide = box[:1] != b"\x00"
    for kind, first, _ in boxes(box, 8 if wide else 6, len(box)):
        version = box[first : first + 1]
        if kind != b"infe" or version not in (b"\x02", b"\x03"):
            continue
        item, _protection, item_type = struct.unpack(
            ">HH4s" if version == b"\x02" else ">IH4s", box[first + 4 : first + (12 if version == b"\x02" else 14)]
        )
        yield item, item_type


def locations(box: bytes) -> Iterator[tuple[int, int, tuple[int, int]]]:
    """Item, construction method (0: in the file itself, 1: in `idat`) and extent, of the content of `iloc`."""
    version, sizes = box[0], struct.unpack(">H", box[4:6])[0]
    offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    index_size = sizes & 15 if version in (1, 2) else 0
    reader = _Reader(box, 6)
    for _ in range(min(reader.number(4 if version == 2 else 2), _MOST_ITEMS)):
        item = reader.number(4 if version == 2 else 2)
        method = reader.number(2) & 15 if version in (1, 2) else 0
        reader.number(2)
        base = reader.number(base_size)
        for _ in range(min(reader.number(2), _MOST_ITEMS)):
            reader.number(index_size)
            start = base + reader.number(offset_size)
            length = reader.number(length_size)
            if length:
                yield item, method, (start, start + length)


class _Reader:
    def __init__(self, data: bytes, at: int) -> None:
        self._data, self._at = data, at

    def number(self, size: int) -> int:
        piece = self._data[self._at : self._at + size]
        if len(piece) < size:
            raise ValueError("cut off")
        self._at += size
        return int.from_bytes(piece)

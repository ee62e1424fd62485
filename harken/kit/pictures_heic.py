"""How the picture of a HEIC file is put together: the items of `meta` (ISO 23008-12, 6.6.2.3; 14496-12, 8.11). Phones keep one in
tiles, each a picture of its own, and turn it by a note."""

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

from harken.kit.pictures_heif import boxes, item_types, locations

HEAD: Final = 1 << 20  # bytes in which the description stands
_MOST_TILES: Final = 1024


class Heic(NamedTuple):
    """`width`, `height` of the picture as it is kept; `turned`: by so many degrees, anti-clockwise, it is upright. `tiles`: the
    items that it is made of, row by row."""

    width: int
    height: int
    turned: int
    mirrored: bool
    columns: int
    tiles: list[int]

    @property
    def upright(self) -> tuple[int, int]:
        return (self.height, self.width) if self.turned % 180 else (self.width, self.height)


def read_heic(head: bytes) -> Heic:
    """Raises ValueError, KeyError, IndexError, struct.error for what is not as it should be."""
    start, end = next((start, end) for kind, start, end in boxes(head, 0, len(head)) if kind == b"meta")
    parts = {kind: head[first:last] for kind, first, last in boxes(head, start + 4, end)}
    primary = _number(parts[b"pitm"], 4, 2 if parts[b"pitm"][0] == 0 else 4)
    properties = dict(_properties(parts[b"iprp"], primary))
    width, height = struct.unpack(">II", properties[b"ispe"][4:12])
    if b"clap" in properties:  # cut out of what is coded, from the upper left corner
        wide, by, high, under = struct.unpack(">IIII", properties[b"clap"][:16])
        width, height = min(width, wide // by), min(height, high // under)
    columns, tiles = 1, [primary]
    if dict(item_types(parts[b"iinf"]))[primary] == b"grid":
        data = next(_data_of(head, parts, primary))
        columns, tiles = data[3] + 1, _references(parts[b"iref"], primary)
        width, height = struct.unpack(">II" if data[1] & 1 else ">HH", data[4 : 12 if data[1] & 1 else 8])
        if len(tiles) != columns * (data[2] + 1):
            raise ValueError("a grid with holes")
    if not width or not height or len(tiles) > _MOST_TILES:
        raise ValueError("no picture of ours")
    turned = properties.get(b"irot", b"\0")[0] % 4 * 90
    return Heic(width, height, turned, b"imir" in properties and properties[b"imir"][0] & 1 == 1, columns, tiles)


def _properties(box: bytes, item: int) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of what holds for one item."""
    found = {kind: (start, end) for kind, start, end in boxes(box, 0, len(box))}
    known = [(kind, box[start:end]) for kind, start, end in boxes(box, *found[b"ipco"])]
    start = found[b"ipma"][0]
    size, wide = (2 if box[start] == 0 else 4), box[start + 3] & 1
    at = start + 8
    for _ in range(_number(box, start + 4, 4)):
        holder, count = _number(box, at, size), box[at + size]
        at += size + 1
        for _ in range(count):
            place = _number(box, at, 2) & 0x7FFF if wide else box[at] & 0x7F
            at += 1 + wide
            if holder == item and place:
                yield known[place - 1]


def _references(box: bytes, item: int) -> list[int]:
    """The items that one is derived from, in order."""
    size = 2 if box[0] == 0 else 4
    for kind, start, _ in boxes(box, 4, len(box)):
        if kind == b"dimg" and _number(box, start, size) == item:
            first = start + size + 2
            return [_number(box, first + size * place, size) for place in range(_number(box, start + size, 2))]
    raise ValueError("a grid of nothing")


def _data_of(head: bytes, parts: dict[bytes, bytes], item: int) -> Iterator[bytes]:
    for owner, method, (start, end) in locations(parts[b"iloc"]):
        if owner == item:
            yield (parts[b"idat"] if method == 1 else head)[start:end]


def _number(data: bytes, at: int, size: int) -> int:
    if at + size > len(data):
        raise ValueError("cut off")
    return int.from_bytes(data[at : at + size])

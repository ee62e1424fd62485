"""How long a text is for a channel, in the unit that its service counts in, and how many SMS it makes. Pure.

GSM 7-bit: 3GPP TS 23.038, 6.2.1 (the default alphabet) and 6.2.1.1 (its extension: two septets each). A message of more
than one SMS has a header of six bytes in each (3GPP TS 23.040, 9.2.3.24.1), which leaves 153 septets or 67 UTF-16 units;
a character of two septets or units is never split between two. The browser's lib/segments.ts does the same on the same examples.
"""

from collections.abc import Iterable
from typing import Final, Literal

import msgspec

from harken.port.capabilities import TextUnit

GSM7: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM7_EXTENSION: Final = frozenset("\f^{}\\[~]|€")


class Segments(msgspec.Struct, frozen=True):
    """`units` of the whole text; `left`: how many more fit into its last SMS."""

    encoding: Literal["gsm7", "ucs2"]
    units: int
    segments: int
    left: int


def segments_of(text: str) -> Segments:
    """As SMS. An empty text makes none."""
    if all(c in GSM7 or c in GSM7_EXTENSION for c in text):
        return _count("gsm7", [2 if c in GSM7_EXTENSION else 1 for c in text], 160, 153)
    return _count("ucs2", [2 if ord(c) > 0xFFFF else 1 for c in text], 70, 67)


def length_of(text: str, unit: TextUnit) -> int:
    """In the unit of a channel's text_limit; for gsm7 in SMS."""
    match unit:
        case "characters":
            return len(text)
        case "utf16":
            return len(text) + sum(ord(c) > 0xFFFF for c in text)
        case "bytes":
            return len(text.encode("utf-8", "surrogatepass"))
        case "gsm7":
            return segments_of(text).segments


def _count(encoding: Literal["gsm7", "ucs2"], sizes: Iterable[int], alone: int, part: int) -> Segments:
    sizes = list(sizes)
    units = sum(sizes)
    if units <= alone:
        return Segments(encoding, units, 1 if units else 0, alone - units)
    segments, room = 1, part
    for size in sizes:
        if size > room:
            segments, room = segments + 1, part
        room -= size
    return Segments(encoding, units, segments, room)

"""What may be a reaction: one emoji, with its skin tones and joiners, and nothing that could be text. Pure."""

import unicodedata
from typing import Final

MOST_BYTES: Final = 40  # the longest of Unicode 17 (a kiss of two skins) has 35
_JOINER, _KEYCAP, _PICTURE = "\u200d", "\u20e3", "\ufe0f"
_LETTERS_AND_SIGNS: Final = frozenset("©®™ℹ〰〽‼⁉㊗㊙")  # emoji that Unicode has among letters, signs and punctuation


def is_emoji(text: str) -> bool:
    """Liberal about which emoji there are (new ones come each year), strict about it being a single one."""
    if not text or len(text.encode("utf-8", "replace")) > MOST_BYTES:
        return False
    if all("\U0001f1e6" <= c <= "\U0001f1ff" for c in text):
        return len(text) == 2
    if text[-1] == _KEYCAP:
        return text[:-1].replace(_PICTURE, "", 1) in tuple("0123456789#*")
    return all(_is_part(part) for part in text.split(_JOINER))


def _is_part(part: str) -> bool:
    """A base, then what changes its look: skin, presentation, or the tags of a subdivision's flag."""
    return bool(part) and _is_base(part[0]) and all(_is_modifier(c) for c in part[1:])


def _is_base(c: str) -> bool:
    if "\U0001f3fb" <= c <= "\U0001f3ff" or "\U0001f1e6" <= c <= "\U0001f1ff":
        return False
    if "\U0001f000" <= c <= "\U0001faff":
        return True
    return c in _LETTERS_AND_SIGNS or (ord(c) >= 0x2190 and unicodedata.category(c) in ("So", "Sm"))


def _is_modifier(c: str) -> bool:
    return c == _PICTURE or "\U0001f3fb" <= c <= "\U0001f3ff" or "\U000e0020" <= c <= "\U000e007f"

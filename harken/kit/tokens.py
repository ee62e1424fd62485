"""The words of a text, for finding it again: folded, with their places in the text.

Words of scripts that write no spaces (Han, kana, Hangul, Thai, ...) are single characters and pairs of them, so that any
piece of such a text is found, also one of one character. What is written together (`bo@example.com`, `A-1234`) is found as
a whole and by its parts.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, Literal, NamedTuple

LONGEST: Final = 64  # characters of a word; what is longer is known by how it begins
MOST: Final = 8000  # places in a text; what comes after is not indexed (PostgreSQL knows 16383 positions)

_Kind = Literal["word", "unspaced", "symbol", "nothing", "between"]
_JOINERS: Final = frozenset("-._@/+:#&'’")
_ASCII_WORD: Final = re.compile(r"[a-z0-9]+")
_PIECE: Final = re.compile(r"[A-Za-z0-9]+|[^\x00-\x7f]")  # other ASCII stands between words
_PHONE: Final = re.compile(r"\d(?:[ ().\-/]{0,2}\d){6,19}(?!\d)")
_NUMBER_AT_END: Final = re.compile(r"[^\W\d]+(\d{3,})$")
_ALIKE: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ـ": ""}
)
# Accents of Latin, Greek and Cyrillic, points of Hebrew and Arabic, selectors of how an emoji looks. Vowels of Thai and
# Indian scripts are combining characters as well, and are kept: without them words are no longer the same.
_ACCENTS: Final = (
    (0x0300, 0x036F), (0x0483, 0x0489), (0x0591, 0x05C7), (0x0610, 0x061A), (0x064B, 0x065F), (0x0670, 0x0670), (0x06D6, 0x06ED),
    (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE00, 0xFE0F), (0xFE20, 0xFE2F),
)  # fmt: skip
_UNSPACED: Final = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1100, 0x11FF), (0x1780, 0x17FF), (0x3005, 0x3007), (0x3031, 0x3035),
    (0x3041, 0x30FF), (0x3100, 0x318F), (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xA960, 0xA97F),
    (0xAC00, 0xD7FF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF),
)  # fmt: skip
_VOICED: Final = frozenset("\u3099\u309a")


class Token(NamedTuple):
    """A word at a position (1 and on; those beside each other differ by 1), and where it stands in the text (code points)."""

    text: str
    position: int
    start: int
    end: int


class _Run(NamedTuple):
    """A word, or one character of a script without spaces."""

    kind: _Kind
    text: str
    start: int
    end: int


def folded(text: str) -> str:
    """Without case, accents and widths."""
    return "".join(_folded(c)[0] for c in unicodedata.normalize("NFC", text))


def tokens(text: str) -> list[Token]:
    """All under which a text is found, in order of position: words, wholes, characters and pairs. `text` is NFC."""
    runs = _runs(text)
    found: list[Token] = []
    for place, run in enumerate(runs):
        found += _tokens_at(run, runs[place + 1] if place + 1 < len(runs) else None, place + 1)
    positions = {run.start: place for place, run in enumerate(runs, 1)}
    found += _wholes(text, runs)
    found += _phone_numbers(text, positions)
    return sorted(found, key=lambda token: token.position)


def sought(text: str) -> list[Token]:
    """What must stand in a text, each at its distance from the first, for it to contain this one. `text` is NFC."""
    runs = _runs(text)
    found: list[Token] = []
    for place, run in enumerate(runs):
        before, after = runs[place - 1] if place else None, runs[place + 1] if place + 1 < len(runs) else None
        if _together(run, after):
            assert after is not None
            found.append(Token(run.text + after.text, place + 1, run.start, after.end))
        elif not _together(before, run):
            found.append(Token(run.text[:LONGEST], place + 1, run.start, run.end))
    return found


def tokens_of(text: str) -> list[str]:
    """The words, characters and pairs of a text, in their order; no wholes."""
    runs = _runs(unicodedata.normalize("NFC", text))
    return [
        t.text for n, run in enumerate(runs) for t in _tokens_at(run, runs[n + 1] if n + 1 < len(runs) else None, n)
    ]


def _tokens_at(run: _Run, after: _Run | None, position: int) -> Iterator[Token]:
    yield Token(run.text[:LONGEST], position, run.start, run.end)
    if _together(run, after):
        assert after is not None
        yield Token(run.text + after.text, position, run.start, after.end)
    elif run.kind == "word" and (number := _NUMBER_AT_END.match(run.text)):
        yield Token(number[1][:LONGEST], position, run.start, run.end)


def _together(one: _Run | None, other: _Run | None) -> bool:
    """Both of a script without spaces, with nothing between."""
    return one is not None and other is not None and one.kind == other.kind == "unspaced" and one.end == other.start


def _wholes(text: str, runs: Sequence[_Run]) -> Iterator[Token]:
    """Words with one joining character between them."""
    first = 0
    for place, run in enumerate(runs):
        after = runs[place + 1] if place + 1 < len(runs) else None
        if after and after.kind == run.kind == "word" and after.start == run.end + 1 and text[run.end] in _JOINERS:
            continue
        if place > first:
            whole = runs[first].text + "".join(text[r.start - 1] + r.text for r in runs[first + 1 : place + 1])
            if len(whole) <= LONGEST:
                yield Token(whole, first + 1, runs[first].start, run.end)
        first = place + 1


def _phone_numbers(text: str, positions: dict[int, int]) -> Iterator[Token]:
    """Written in groups, found as one number."""
    for match in _PHONE.finditer(text):
        digits = "".join(_folded(c)[0] for c in match[0] if c.isdigit())
        if match.start() in positions and digits != match[0]:
            yield Token(digits, positions[match.start()], match.start(), match.end())


def _runs(text: str) -> list[_Run]:
    """At most MOST."""
    if text.isascii():
        lower = text.lower()
        return [
            _Run("word", m[0], m.start(), m.end())
            for m, _ in zip(_ASCII_WORD.finditer(lower), range(MOST), strict=False)
        ]
    found: list[_Run] = []
    for match in _PIECE.finditer(text):
        at, end = match.span()
        piece, kind = (match[0].lower(), "word") if match[0].isascii() else _folded(match[0])
        last = found[-1] if found else None
        touching = last is not None and last.end == at
        if kind == "nothing" and touching:
            assert last is not None
            found[-1] = last._replace(text=_composed(last.text, piece), end=end)
        elif kind == "word" and touching and last is not None and last.kind == "word":
            found[-1] = last._replace(text=last.text + piece, end=end)
        elif kind not in ("between", "nothing"):
            if len(found) == MOST:
                break
            found += [_Run(kind, piece, at, end)] if kind != "unspaced" else [_Run(kind, c, at, end) for c in piece[:1]]
    return found


def _composed(text: str, mark: str) -> str:
    """Half-width kana carry their voicing behind them; one that carries thousands costs no more than a word."""
    return unicodedata.normalize("NFC", text + mark) if mark in _VOICED and mark and len(text) < LONGEST else text


@lru_cache(maxsize=20_000)
def _folded(character: str) -> tuple[str, _Kind]:
    if character in _VOICED:
        return character, "nothing"
    if unicodedata.category(character) in ("So", "Cf") and character != "\u200b":
        return ("", "nothing") if unicodedata.category(character) == "Cf" else _symbol(character)
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", character).casefold())
    kept = unicodedata.normalize("NFC", "".join(c for c in plain if not _within(c, _ACCENTS))).translate(_ALIKE)
    kept = "".join(str(unicodedata.decimal(c, c)) for c in kept)
    if kept == "":
        return "", "nothing"
    if kept in _VOICED:
        return kept, "nothing"
    if _within(kept[0], _UNSPACED):
        return kept, "unspaced"
    return kept, "word" if unicodedata.category(kept[0])[0] in "LNM" else "between"


def _symbol(character: str) -> tuple[str, _Kind]:
    return (character, "symbol") if ord(character) >= 0x2190 else (character, "between")


def _within(character: str, ranges: Sequence[tuple[int, int]]) -> bool:
    code = ord(character)
    return any(first <= code <= last for first, last in ranges)

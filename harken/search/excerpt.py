"""The piece of a text that shows what was found, and where in it. Pure."""

from collections.abc import Iterator, Sequence
from typing import Final

from harken.kit.tokens import Token, tokens
from harken.search.model import Term

_BEFORE: Final = 48
_LENGTH: Final = 180
_FIRST: Final = 4_000  # characters looked at first: most texts are shorter, and matches come early
_MOST: Final = 60_000


def excerpt(text: str, terms: Sequence[Term]) -> tuple[str, list[tuple[int, int]]]:
    """At most some 180 characters of one line, with the ranges that match, in UTF-16 units."""
    spans = _spans(text[:_FIRST], terms) or (_spans(text[:_MOST], terms) if len(text) > _FIRST else [])
    begin = _word_start(text, spans[0][0]) if spans else 0
    piece = text[begin : begin + _LENGTH]
    line = "".join(" " if character.isspace() else character for character in piece)
    head, tail = "…" if begin else "", "…" if begin + _LENGTH < len(text) else ""
    units = _Units(head + line)
    shift = len(head) - begin
    marks = [(units.at(start + shift), units.at(end + shift)) for start, end in spans if end <= begin + len(piece)]
    return head + line + tail, marks


def _word_start(text: str, found: int) -> int:
    """Some words before what was found."""
    begin = max(0, found - _BEFORE)
    space = text.find(" ", begin, found)
    return begin if begin == 0 or space < 0 else space + 1


def _spans(text: str, terms: Sequence[Term]) -> list[tuple[int, int]]:
    """Where the terms stand, in order, joined where they touch."""
    there = tokens(text)
    at: dict[int, list[Token]] = {}
    for token in there:
        at.setdefault(token.position, []).append(token)
    found = sorted({span for term in terms if not term.negated for span in _occurrences(term, there, at)})
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _occurrences(term: Term, there: Sequence[Token], at: dict[int, list[Token]]) -> Iterator[tuple[int, int]]:
    for token in there:
        if not _matches(term, 0, token):
            continue
        end = token.end
        for place, (_, distance) in enumerate(term.words[1:], 1):
            after = next((t for t in at.get(token.position + distance, ()) if _matches(term, place, t)), None)
            if after is None:
                break
            end = max(end, after.end)
        else:
            yield token.start, end


def _matches(term: Term, place: int, token: Token) -> bool:
    word = term.words[place][0]
    begins = term.prefix and place == len(term.words) - 1
    return token.text.startswith(word) if begins else token.text == word


class _Units:
    """Code points to UTF-16 units."""

    def __init__(self, text: str) -> None:
        self._wide = [place for place, character in enumerate(text) if ord(character) > 0xFFFF]

    def at(self, place: int) -> int:
        return place + sum(1 for wide in self._wide if wide < place)

"""What PostgreSQL stores of a message, and what it is asked for. Pure.

A lexeme is a word, or what a message is: `=contact` (who wrote it), `=a…` (which agent or bot), `=f…` (a word of the
author's name), `=c…` (the channel), `=image` (what it holds), `=note`, `=s…` (a word of a first mail's subject). In front of
each stands its segment.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

import msgspec

from harken.kit.tokens import folded, tokens, tokens_of
from harken.search.model import Term

HERE: Final = "\x01"  # in a query: where the segment goes
WRITERS: Final = ("contact", "agent", "bot", "system")  # one of them stands in every message
_LONGEST_TEXT: Final = 60_000
_MOST_POSITIONS: Final = 255
_LINK: Final = re.compile(r"https?://\S|\bwww\.\w", re.IGNORECASE)
_ANSWER: Final = re.compile(r"\s*(re|aw|fwd?|wg|sv|antw|tr|rv|res|odp|回复|答复|转发)\s*[:：]", re.IGNORECASE)


class Indexed(msgspec.Struct, frozen=True):
    """What of a message is indexed."""

    text: str
    subject: str | None
    files: tuple[tuple[str, str], ...]  # name and kind
    author_kind: str
    author_id: UUID | None
    author_name: str
    channel_id: UUID
    note: bool


def document(text: str, subject: str | None, files: Iterable[str]) -> str:
    """All the words of a message as one text, NFC: excerpts are pieces of it."""
    parts = [text[:_LONGEST_TEXT], (subject or "")[:1000], *(name[:300] for name in files)]
    return unicodedata.normalize("NFC", "\n· ".join(part for part in parts if part))


def segment_key(segment: int) -> str:
    return f"{segment:x}~"


def lexemes_of(message: Indexed, segment: int) -> dict[str, list[int]]:
    """Each with its positions, at most as many as PostgreSQL keeps; what a message is has none."""
    key, found = segment_key(segment), dict[str, list[int]]()
    for token in tokens(document(message.text, message.subject, (name for name, _ in message.files))):
        positions = found.setdefault(key + token.text, [])
        if len(positions) < _MOST_POSITIONS:
            positions.append(token.position)
    return found | {f"{key}={facet}": [] for facet in _facets(message)}


def tsvector_of(message: Indexed, segment: int) -> str:
    """As PostgreSQL reads a tsvector."""
    found = lexemes_of(message, segment).items()
    return " ".join(_quoted(word) + (f":{','.join(map(str, at))}" if at else "") for word, at in found)


def _facets(message: Indexed) -> set[str]:
    facets = {
        message.author_kind,
        channel_facet(message.channel_id),
        *("f" + w for w in tokens_of(message.author_name[:200])),
    }
    facets.update(kind for _, kind in message.files)
    if message.files:
        facets.add("file")
    if message.author_id and message.author_kind in ("agent", "bot"):
        facets.add(author_facet(message.author_id))
    if message.note:
        facets.add("note")
    if _LINK.search(message.text):
        facets.add("link")
    if has_subject(message.subject):
        facets.update("s" + word for word in tokens_of((message.subject or "")[:1000]))
    return facets


def has_subject(subject: str | None) -> bool:
    """Whether it is a first mail's: a conversation is found by it."""
    return bool(subject) and not _ANSWER.match(subject or "")


def author_facet(id: UUID) -> str:
    return "a" + id.hex[-12:]


def channel_facet(id: UUID) -> str:
    return "c" + id.hex[-12:]


def name_facets(name: str, letter: str) -> list[str]:
    """A query for each word of a name (`f`: an author's, `s`: of a subject); the last may be a beginning."""
    words = tokens_of(folded(name))
    ends = [":*" if place == len(words) - 1 else "" for place in range(len(words))]
    return [_quoted(f"{HERE}={letter}{word}") + end for word, end in zip(words, ends, strict=True)]


def facet(name: str) -> str:
    return _quoted(f"{HERE}={name}")


def all_of(queries: Sequence[str]) -> str:
    return " & ".join(queries)


def any_of(queries: Sequence[str]) -> str:
    return f"({' | '.join(queries)})"


def term_query(term: Term) -> str:
    """As PostgreSQL reads a tsquery, without its negation."""
    text, before = "", 0
    for place, (word, distance) in enumerate(term.words):
        lexeme = _quoted(HERE + word) + (":*" if term.prefix and place == len(term.words) - 1 else "")
        text += f" <{distance - before}> {lexeme}" if text else lexeme
        before = distance
    return f"({text})"


def tsquery_of(wanted: Sequence[str], unwanted: Sequence[str]) -> str:
    """All of `wanted`, none of `unwanted`."""
    given = wanted or [any_of([facet(kind) for kind in WRITERS])]
    return " & ".join([*given, *(f"!({query})" for query in unwanted)])


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"

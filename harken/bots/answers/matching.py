"""How well an entry of the knowledge answers a question. Pure.

Words are compared folded; a word that few entries have says more than one that all have (idf). A score is a similarity from 0
to 1: to the entry's title or one of its sample questions, or, at less weight, how much of the question its body covers. Where an
embedding model is set, nearness.py's score of the same scale stands beside it.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

import msgspec

from harken.kit.tokens import tokens_of

_BODY_WEIGHT: Final = 0.75
_BEGINNING: Final = 4  # letters that two forms of a word share
_MOST_WORDS: Final = 60  # of a question
_MOST_SAMPLES: Final = 8  # whose meaning is looked at, of one entry
NO_MEANING: Final[Mapping[str, float]] = MappingProxyType({})
# What a question is asked with, and not about: English, German, Spanish, Arabic; folded.
_EMPTY: Final = frozenset(Path(__file__).with_name("empty_words.txt").read_text("utf-8").split())


class Entry(msgspec.Struct, frozen=True):
    """One thing that the bot may say. `samples`: questions that it answers, as customers ask them."""

    key: str
    title: str
    body: str
    samples: tuple[str, ...] = ()
    language: str | None = None  # null: any
    file_ids: tuple[str, ...] = ()
    url: str | None = None


class Match(msgspec.Struct, frozen=True):
    entry: Entry
    score: float


class _Known(msgspec.Struct, frozen=True):
    entry: Entry
    phrases: tuple[frozenset[str], ...]
    body: frozenset[str]


class Knowledge:
    """What a bot knows, made ready to be asked. Immutable."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._known = [_ready(entry) for entry in entries]
        self._by_key = {known.entry.key: known.entry for known in self._known}
        counts = Counter(word for known in self._known for word in known.body.union(*known.phrases))
        self._idf = {word: math.log(1 + len(self._known) / count) for word, count in counts.items()}
        self._unknown = math.log(1 + max(1, len(self._known)))

    def entry(self, key: str) -> Entry | None:
        return self._by_key.get(key)

    def phrases(self) -> list[tuple[str, str]]:
        """By entry's key, what says what it is about: its title, its sample questions, its body."""
        return [
            (key, text)
            for key, entry in self._by_key.items()
            for text in (entry.title, *entry.samples[:_MOST_SAMPLES], entry.body)
            if text.strip()
        ]

    def best(
        self, question: str, language: str | None, most: int = 4, near: Mapping[str, float] = NO_MEANING
    ) -> list[Match]:
        """The best first. Entries of another language than the customer's are left out.

        `near`: scores by meaning, by key; an entry has the better of its two.
        """
        weights = {word: self._weight(word) for word in frozenset(words(question)[:_MOST_WORDS])}
        found = [
            Match(known.entry, round(max(self._score(known, weights), near.get(known.entry.key, 0.0)), 4))
            for known in self._known
            if _speaks(known.entry.language, language)
        ]
        return sorted((match for match in found if match.score > 0), key=lambda match: -match.score)[:most]

    def _weight(self, word: str) -> float:
        return self._idf.get(word, self._unknown)

    def _score(self, known: _Known, asked: dict[str, float]) -> float:
        whole = sum(asked.values())
        if not whole:
            return 0.0
        phrase = max((self._alike(phrase, asked, whole) for phrase in known.phrases), default=0.0)
        covered = sum(weight for word, weight in asked.items() if _in(word, known.body)) / whole
        return max(phrase, _BODY_WEIGHT * covered)

    def _alike(self, phrase: frozenset[str], asked: dict[str, float], whole: float) -> float:
        """Dice's coefficient by weight."""
        common = sum(weight for word, weight in asked.items() if _in(word, phrase))
        size = sum(self._weight(word) for word in phrase)
        return min(1.0, 2 * common / (whole + size)) if size else 0.0


def words(text: str) -> list[str]:
    """Those that carry meaning; all of them when none does."""
    found = [word for word in tokens_of(text[:4_000]) if len(word) > 1 or not word.isascii()]
    return [word for word in found if word not in _EMPTY] or found


def _ready(entry: Entry) -> _Known:
    phrases: Sequence[str] = [text for text in (entry.title, *entry.samples) if text.strip()]
    return _Known(entry, tuple(frozenset(words(text)) for text in phrases), frozenset(words(entry.body)))


def _in(word: str, others: frozenset[str]) -> bool:
    return word in others or (len(word) >= _BEGINNING and any(_related(word, other) for other in others))


@lru_cache(maxsize=100_000)
def _related(one: str, other: str) -> bool:
    """Two forms of a word: they begin alike and differ in an ending of at most three letters."""
    if len(other) < _BEGINNING or abs(len(one) - len(other)) > 3 or one[:_BEGINNING] != other[:_BEGINNING]:
        return False
    same = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return max(len(one), len(other)) - same <= 3


def _speaks(entry: str | None, customer: str | None) -> bool:
    return not entry or not customer or entry.partition("-")[0].lower() == customer.partition("-")[0].lower()

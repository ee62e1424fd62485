"""How near a question is to entries in an embedding model's space. Pure.

Models differ in what a cosine means: of two texts that have nothing to do with each other one says 0.1, another 0.7. So a cosine
becomes a score by the knowledge itself: 0 is how alike its entries are among each other (their mean, and one standard deviation
more), 1 is the same text. Scores are thus of the same kind as those of matching.py, and the same bounds decide.
"""

import math
import random
from array import array
from collections.abc import Mapping, Sequence
from operator import mul
from typing import Final, TypeAlias

Vector: TypeAlias = "array[float]"  # of length 1

LONGEST: Final = 8_192  # numbers of a vector
_FEWEST: Final = 5  # entries, below which nobody can tell how alike they are
_PAIRS: Final = 2_000  # that are looked at to know how alike entries are
_LOOKED_AT: Final = 64  # phrases whose cosine is computed; the others' signs say that they are farther away


def unit(numbers: Sequence[float]) -> "Vector | None":
    """Of length 1; None for what has no direction: nothing, zeros, numbers that are none."""
    if not 0 < len(numbers) <= LONGEST:
        return None
    length = math.sqrt(sum(map(mul, numbers, numbers)))
    if not math.isfinite(length) or length == 0:
        return None
    return array("f", [number / length for number in numbers])


def cosine(one: Vector, other: Vector) -> float:
    return sum(map(mul, one, other))


class Nearness:
    """Entries' phrases as vectors of one size. Immutable."""

    def __init__(self, phrases: Sequence[tuple[str, Vector]]) -> None:
        """`phrases`: an entry's key with the vector of its title, of a sample question or of its body."""
        self._phrases = phrases
        count = max(1, len(phrases))
        size = len(phrases[0][1]) if phrases else 0
        self._mean = (
            [sum(numbers) / count for numbers in zip(*(vector for _, vector in phrases), strict=True)] if size else []
        )
        self._signs = [self._sign(vector) for _, vector in phrases]
        self._floor = self._alike()

    @property
    def tells(self) -> bool:
        """Whether it can say anything: not of too few entries."""
        return self._floor is not None

    def scores(self, question: Vector) -> Mapping[str, float]:
        """By entry, from 0 to 1: those that may be near. Empty for a vector of another size."""
        if self._floor is None or len(question) != len(self._mean):
            return {}
        sign = self._sign(question)
        nearest = sorted(range(len(self._signs)), key=lambda at: (self._signs[at] ^ sign).bit_count())[:_LOOKED_AT]
        found: dict[str, float] = {}
        for at in nearest:
            key, vector = self._phrases[at]
            score = (cosine(question, vector) - self._floor) / (1 - self._floor)
            found[key] = max(found.get(key, 0.0), min(1.0, round(score, 4)))
        return {key: score for key, score in found.items() if score > 0}

    def _sign(self, vector: Vector) -> int:
        """One bit for each number: on which side of the mean it lies."""
        bits = bytes(49 if number > middle else 48 for number, middle in zip(vector, self._mean, strict=True))
        return int(bits, 2)

    def _alike(self) -> float | None:
        """Above what cosine a likeness says something; None where too few entries are known to tell."""
        chance = random.Random(len(self._phrases))  # the same knowledge always answers alike
        found: list[float] = []
        for _ in range(_PAIRS if len({key for key, _ in self._phrases}) >= _FEWEST else 0):
            (one, first), (other, second) = chance.choice(self._phrases), chance.choice(self._phrases)
            if one != other:
                found.append(cosine(first, second))
        if not found:
            return None
        mean = sum(found) / len(found)
        spread = math.sqrt(sum((each - mean) ** 2 for each in found) / len(found))
        return min(0.95, mean + spread)

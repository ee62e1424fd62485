"""Scores by meaning: the same for models whose cosines are far apart, honest where nothing can be told, quick among many."""

import math
import random

import pytest

from harken.bots.answers.deciding import Bounds, Choices, Miss, Verbatim, decide
from harken.bots.answers.matching import Entry, Knowledge
from harken.bots.answers.nearness import Nearness, cosine, unit

SIZE = 96


def spot(seed: object, common: float = 0.0) -> list[float]:
    """A direction of its own; `common`: how much all share, as the spaces of many models have it."""
    chance = random.Random(str(seed))
    return [chance.gauss(0, 1) + (common * 3 if at == 0 else 0) for at in range(SIZE)]


def between(one: list[float], other: list[float], share: float) -> list[float]:
    return [a * (1 - share) + b * share for a, b in zip(one, other, strict=True)]


def near(common: float = 0.0) -> Nearness:
    found = [(f"e{n}", unit(spot(n, common))) for n in range(40)]
    return Nearness([(key, vector) for key, vector in found if vector])


@pytest.mark.parametrize("common", [0.0, 3.0, 8.0])
def test_the_same_text_is_1_a_paraphrase_is_high_and_something_else_is_low_whatever_a_cosine_means(
    common: float,
) -> None:
    scores = near(common)
    same, alike, other = (
        unit(spot(7, common)),
        unit(between(spot(7, common), spot("x", common), 0.3)),
        unit(spot("y", common)),
    )
    assert same and alike and other
    assert scores.scores(same)["e7"] == pytest.approx(1, abs=0.01)
    ranked = sorted(scores.scores(alike).items(), key=lambda each: -each[1])
    assert ranked[0][0] == "e7" and ranked[0][1] > 0.6
    assert all(score < 0.6 for _, score in ranked[1:])
    assert max(scores.scores(other).values(), default=0) < 0.3


def test_the_best_of_ten_thousand_is_among_those_that_are_looked_at() -> None:
    chance = random.Random(1)
    phrases = [(f"e{n}", v) for n in range(3_000) if (v := unit([chance.gauss(0.2, 1) for _ in range(SIZE)]))]
    scores = Nearness(phrases)
    for at in range(0, 3_000, 150):
        question = unit([a * 0.6 + chance.gauss(0, 0.06) for a in phrases[at][1]])
        assert question
        best = max((cosine(vector, question), key) for key, vector in phrases)[1]
        found = scores.scores(question)
        assert max(found, key=found.__getitem__) == best


def test_where_too_few_entries_are_known_or_sizes_differ_nothing_is_said() -> None:
    few = [(f"e{n}", v) for n in range(4) if (v := unit(spot(n)))]
    assert Nearness(few).scores(few[0][1]) == {}
    assert Nearness([]).scores(few[0][1]) == {}
    other = unit([1.0] * 7)
    assert other and near().scores(other) == {}


@pytest.mark.parametrize("numbers", [[], [0.0, 0.0], [math.nan, 1.0], [math.inf], [1e308, 1e308], [0.1] * 9_000])
def test_what_is_no_direction_is_no_vector(numbers: list[float]) -> None:
    assert unit(numbers) is None


def test_an_entry_has_the_better_of_its_two_scores_and_the_bounds_decide() -> None:
    shop = Knowledge(
        [Entry("hours", "Opening hours", "Nine to five."), Entry("abroad", "Shipping abroad", "12 euros.")]
    )
    assert isinstance(decide(shop, "when can I come by?", None, Bounds()), Miss)
    assert decide(shop, "when can I come by?", None, Bounds(), {"hours": 0.7}) == Verbatim(
        Entry("hours", "Opening hours", "Nine to five.")
    )
    both = decide(shop, "when can I come by?", None, Bounds(), {"hours": 0.7, "abroad": 0.6})
    assert isinstance(both, Choices) and [entry.key for entry in both.entries] == ["hours", "abroad"], "no margin"
    assert isinstance(decide(shop, "???", None, Bounds(), {"hours": 0.3}), Choices), "no word of it is known"
    words = decide(shop, "opening hours", None, Bounds(), {"hours": 0.1, "abroad": 0.05})
    assert isinstance(words, Verbatim), "a low score by meaning takes nothing away"

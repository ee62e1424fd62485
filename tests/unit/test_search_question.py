"""What is typed into a search field is understood, or taken as words; it is never wrong."""

import itertools
import re
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harken.search.excerpt import excerpt
from harken.search.lexemes import Indexed, document, term_query, tsvector_of
from harken.search.question import days_of, read_question
from tests.world import NOON

NOON_ID = UUID(int=7)
PIECES = st.sampled_from(["from:", "has:image", '"', "-", "before:2026", "label:", "東京", "A-1234", "#12", " ", ":", "'", "\\", "\x00", "~"])  # fmt: skip
TYPED = st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=12).map("".join)


def words(text: str) -> list[str]:
    return [" ".join(word for word, _ in term.words) for term in read_question(text).terms]


def operators(text: str) -> list[tuple[str, str]]:
    return [("-" * one.negated + one.name, one.value) for one in read_question(text).operators]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("refund order", ["refund", "order"]), ('"red shoes" now', ["red shoes", "now"]), ("“red shoes”", ["red shoes"]),
        ('"not closed', ["not closed"]), ("bo@example.com", ["bo example com"]), ("colour:red", ["colour", "red"]),
        ("has:nothing", ["has", "nothing"]), ("before:soon", ["before", "soon"]), ("from:", []), ("...", []), ("京", ["京"]), ("東京都", ["東京 京都"]),
    ],
)  # fmt: skip
def test_words_and_phrases(typed: str, found: list[str]) -> None:
    assert words(typed) == found and operators(typed) == []


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("from:me", ("from", "me")), ('from:"Ada L"', ("from", "ada l")), ("-has:image", ("-has", "image")), ("HAS:Files", ("has", "file")),
        ("before:2026-11", ("before", "2026-11")), ("in:notes", ("in", "note")), ("is:unread", ("is", "unread")), ("label:VIP", ("label", "vip")),
    ],
)  # fmt: skip
def test_operators(typed: str, found: tuple[str, str]) -> None:
    assert operators(f"{typed} x") == [found] and words(f"x {typed}") == ["x"]


def test_the_last_word_may_be_a_beginning_until_a_space_ends_it() -> None:
    assert [term.prefix for term in read_question("red sho").terms] == [False, True]
    assert [term.prefix for term in read_question("red shoes ").terms] == [False, False]
    assert [term.prefix for term in read_question('red "shoes"').terms] == [False, False]


def test_a_number_may_be_a_conversations() -> None:
    assert (read_question("#123").number, read_question("123").number) == (123, 123)
    assert read_question("123 refund").number is None and read_question("-123").number is None


def test_days_months_and_years() -> None:
    assert days_of("2026-12", NOON, UTC) == (datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    assert days_of("today", NOON, UTC) == (datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC))
    assert [days_of(bad, NOON, UTC) for bad in ("2026-13", "0000", "9999", "x", "2026-02-30")] == [None] * 5


@given(TYPED)
def test_nothing_typed_is_an_error(typed: str) -> None:
    question = read_question(typed)
    assert all(term.words and term.words[0][1] == 0 for term in question.terms)
    assert "\x00" not in "".join(term_query(term) for term in question.terms)


@given(st.text(max_size=400), TYPED)
def test_marks_stand_in_the_excerpt(text: str, typed: str) -> None:
    clean = document(text, None, [])
    piece, marks = excerpt(clean, read_question(typed).terms)
    units = len(piece.encode("utf-16-le", "surrogatepass")) // 2
    assert len(piece) <= 184 and "\n" not in piece
    assert all(0 <= start < end <= units for start, end in marks)
    assert all(one[1] < other[0] for one, other in itertools.pairwise(marks))


@pytest.mark.parametrize(
    ("text", "typed", "marked"),
    [
        ("Where is my Order A-1234 now", "a-1234", ["A-1234"]), ("😀 Ünder", "und", ["Ünder"]), ("住在東京都", "京都", ["京都"]),
        ("red shoes, red hat", '"red hat"', ["red hat"]), ("x" * 300 + " found it " + "y" * 300, "found", ["found"]),
        ("only this -", "-this only", ["only"]),
    ],
)  # fmt: skip
def test_what_was_found_is_marked(text: str, typed: str, marked: list[str]) -> None:
    piece, marks = excerpt(document(text, None, []), read_question(typed).terms)
    wide = piece.encode("utf-16-le")
    assert [wide[start * 2 : end * 2].decode("utf-16-le") for start, end in marks] == marked


def test_a_message_carries_what_it_is() -> None:
    message = Indexed("It's at https://x.test", "Hello", (("a b.pdf", "file"),), "contact", None, "Bo B", NOON_ID, True)
    lexemes = set(re.findall(r"'((?:[^']|'')*)'", tsvector_of(message, 255)))
    assert {"ff~it''s", "ff~pdf", "ff~=note", "ff~=link", "ff~=file", "ff~=contact", "ff~=fbo", "ff~=shello"} <= lexemes

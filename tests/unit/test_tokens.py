"""Words of texts: what is written is found again, whole and by part, in every script."""

import unicodedata
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harken.kit.tokens import LONGEST, MOST, folded, sought, tokens, tokens_of

TEXTS = st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("aÄß éя한국東京カガ゙ไทยं٣1-.@ 😀")), max_size=60)


def found(text: str, wanted: str) -> bool:
    """As a search does it: all that is sought, at their distances."""
    there = {(token.text, token.position) for token in tokens(unicodedata.normalize("NFC", text))}
    asked = sought(unicodedata.normalize("NFC", wanted))
    return bool(asked) and any(
        all((token.text, token.position - asked[0].position + start) in there for token in asked)
        for start in {position for _, position in there}
    )


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Where is order A-1234?", "a-1234"), ("Where is order A-1234?", "1234"), ("Write to Bo.B@example.com.", "bo.b@example.com"),
        ("Write to bo@example.com", "example"), ("Crème brûlée", "creme brulee"), ("STRASSE", "straße"), ("Øresund", "oresund"),
        ("東京都に住む", "京都"), ("東京都に住む", "住"), ("한국어로 말해요", "국어"), ("สวัสดีครับ", "ดีค"), ("iPhone手機壞了", "手機"),
        ("ﾊﾟﾘ", "パリ"), ("ＡＢＣ１２", "abc12"), ("مُحَمَّد", "محمد"), ("٣٤٥", "345"), ("ORD99123", "99123"), ("thanks 😀!", "😀"),
        ("+351 912 000 411", "351912000411"), ("don't", "don't"), ("שָׁלוֹם", "שלום"), ("हिन्दी", "हिन्दी"), ("e\u0301te\u0301", "été"),
    ],
)  # fmt: skip
def test_what_is_written_is_found(text: str, wanted: str) -> None:
    assert found(text, wanted)


@pytest.mark.parametrize(
    ("text", "wanted"), [("カ", "ガ"), ("หมา", "หมู"), ("cart", "art"), ("one two", "two one"), ("東 京", "東京")]
)
def test_what_is_not_written_is_not(text: str, wanted: str) -> None:
    assert not found(text, wanted)


@given(TEXTS, TEXTS, TEXTS)
def test_a_text_is_found_by_any_piece_between_spaces(before: str, piece: str, after: str) -> None:
    if sought(unicodedata.normalize("NFC", piece)):
        assert found(f"{before} {piece} {after}", piece)


@given(TEXTS)
def test_tokens_know_where_they_stand(text: str) -> None:
    text = unicodedata.normalize("NFC", text)
    for token in tokens(text):
        assert 0 <= token.start < token.end <= len(text) and token.text and "\x00" not in token.text
        assert len(token.text) <= LONGEST and 1 <= token.position <= MOST


@given(TEXTS)
def test_folding_folds_once(text: str) -> None:
    assert tokens_of(text) == tokens_of(unicodedata.normalize("NFD", text))
    assert folded(folded(text)) == folded(text)


@given(st.text(st.characters(max_codepoint=127), max_size=60))
def test_one_character_that_is_not_ascii_changes_nothing_about_the_others(text: str) -> None:
    assert tokens(f"{text} ·") == tokens(text)
    assert tokens(f"é {text}")[1:] == [t._replace(position=t.position + 1, start=t.start + 2, end=t.end + 2) for t in tokens(text)]  # fmt: skip


def test_a_text_without_end_is_bounded() -> None:
    assert len(tokens("a " * 1_000_000)) == MOST and len(tokens("東" * 100_000)) <= 2 * MOST
    assert max(len(token.text) for token in tokens("x" * 1_000_000)) == LONGEST


def test_marks_without_end_cost_no_more_than_letters() -> None:
    begun = process_time()
    assert len(tokens("か" + "\u3099" * 60_000)) == 1
    assert process_time() - begun < 10, "made anew with each mark, it would be minutes"

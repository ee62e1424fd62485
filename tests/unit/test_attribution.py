"""The line above a quoted message: in each language, and known again as the head of a quote when the answer comes back."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from harken.connectors.email.quotes import folded
from harken.conversations.attribution import attribution

AT = datetime(2026, 3, 5, 15, 7, tzinfo=timezone(timedelta(hours=1)))


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en-GB", "On 5 Mar 2026 at 14:07 UTC, Ada wrote:"),
        ("de", "Am 5. März 2026 um 14:07 UTC schrieb Ada:"),
        ("es-MX", "El 5 mar 2026 a las 14:07 UTC, Ada escribió:"),
        ("ar", "في 5 مارس 2026 الساعة 14:07 UTC، كتب Ada:"),
    ],
)
def test_each_language_has_its_own_form(language: str, line: str) -> None:
    assert attribution(AT, "Ada", language) == line
    assert folded(f"New\n\n{line}\n> old") == ("New", f"{line}\n> old")


def test_the_first_known_language_counts_and_one_that_is_not_ours_is_english() -> None:
    assert "schrieb" in attribution(AT, "Ada", "", None, "de")
    assert "wrote" in attribution(AT, "Ada", "fr", "de")
    assert "wrote" in attribution(AT, "Ada")


def test_a_name_is_one_short_line() -> None:
    line = attribution(datetime(2026, 12, 31, tzinfo=UTC), "A\n> b" + "x" * 500, "en")
    assert "\n" not in line and len(line) < 130
    assert attribution(AT, " ", "es").endswith(", alguien escribió:")

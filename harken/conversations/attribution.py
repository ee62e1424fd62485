"""The line above a quoted message that says when it was written and by whom, in the reader's language. Pure.

The form is each language's own, and one that mail programs know as the head of a quote (connectors/email/quotes.py).
"""

from datetime import UTC, datetime
from typing import Final

from harken.kit.text import one_line

_MONTHS: Final = {
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    "de": [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
    "es": ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic"],
    "ar": [
        "يناير",
        "فبراير",
        "مارس",
        "أبريل",
        "مايو",
        "يونيو",
        "يوليو",
        "أغسطس",
        "سبتمبر",
        "أكتوبر",
        "نوفمبر",
        "ديسمبر",
    ],
}
_LINE: Final = {
    "en": "On {day} {month} {year} at {time} UTC, {name} wrote:",
    "de": "Am {day}. {month} {year} um {time} UTC schrieb {name}:",
    "es": "El {day} {month} {year} a las {time} UTC, {name} escribió:",
    "ar": "في {day} {month} {year} الساعة {time} UTC، كتب {name}:",
}
_NOBODY: Final = {"en": "they", "de": "jemand", "es": "alguien", "ar": "أحدهم"}
_NAME_LIMIT: Final = 70


def attribution(at: datetime, name: str, *languages: str | None) -> str:
    """In the first of these languages (BCP 47) that is set; English where that is none of ours."""
    wanted = next((tag for tag in languages if tag), "en").lower().partition("-")[0]
    language = wanted if wanted in _LINE else "en"
    at = at.astimezone(UTC)
    return _LINE[language].format(
        day=at.day, month=_MONTHS[language][at.month - 1], year=at.year, time=f"{at:%H:%M}",
        name=one_line(name, _NAME_LIMIT) or _NOBODY[language],
    )  # fmt: skip

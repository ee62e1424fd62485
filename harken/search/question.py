"""Reading what somebody typed into a search field. Pure, and never wrong: what is no operator is words."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final, cast, get_args

from harken.kit.tokens import sought
from harken.search.model import Operator, OperatorName, Question, Term

_LONGEST: Final = 400
_MOST_TERMS: Final = 20
_QUOTES: Final = str.maketrans(dict.fromkeys("“”„‟«»〝〞＂", '"'))
_PART: Final = re.compile(r'(-?)(?:([^\W\d_]+):)?("[^"]*"?|[^\s"]+)')
_NAMES: Final = frozenset(str(name) for name in get_args(OperatorName))
_DATE: Final = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_CHOICES: Final[dict[str, frozenset[str]]] = {
    "has": frozenset({"file", "image", "audio", "video", "link"}),
    "in": frozenset({"open", "closed", "note"}),
    "is": frozenset({"unread"}),
}
_SAME: Final = {
    ("in", "notes"): "note", ("has", "files"): "file", ("has", "attachment"): "file", ("has", "images"): "image",
    ("has", "picture"): "image", ("has", "voice"): "audio", ("has", "links"): "link",
}  # fmt: skip


def read_question(text: str) -> Question:
    clean = unicodedata.normalize("NFC", text.replace("\x00", " ")[:_LONGEST]).translate(_QUOTES)
    terms: list[Term] = []
    operators: list[Operator] = []
    words: list[str] = []
    for match in _PART.finditer(clean):
        operator = _operator(match)
        if operator is not None:
            operators.append(operator)
        elif match[3].strip('"') and match[3].rstrip(":").lower() not in _NAMES:
            last = match.end() == len(clean) and not match[3].startswith('"')
            found = list(_terms(match, prefix=last))
            terms += found
            words += [] if match[1] else [match[0].strip('"')]
    return Question(tuple(terms[:_MOST_TERMS]), tuple(operators[:_MOST_TERMS]), " ".join(words), _number(words))


def _operator(match: re.Match[str]) -> Operator | None:
    name, value = (match[2] or "").lower(), match[3].strip('"').strip().lower()
    if name not in _NAMES or not value:
        return None
    value = _SAME.get((name, value), value)
    if name in _CHOICES and value not in _CHOICES[name]:
        return None
    if name in ("before", "after", "on") and (match[1] or days_of(value, datetime.now(UTC), UTC) is None):
        return None
    return Operator(cast(OperatorName, name), value, bool(match[1]))


def _terms(match: re.Match[str], *, prefix: bool) -> Iterator[Term]:
    """A word, a phrase, or of an unknown operator its name and its value."""
    for piece in (match[2], match[3]):
        tokens = sought(piece or "")
        if tokens:
            begin = tokens[0].position
            end = prefix and piece == match[3] and tokens[-1].end == len(piece)
            yield Term(tuple((t.text, t.position - begin) for t in tokens), end, bool(match[1]))


def _number(words: list[str]) -> int | None:
    found = re.fullmatch(r"#?(\d{1,15})", words[0]) if len(words) == 1 else None
    return int(found[1]) if found else None


def days_of(value: str, now: datetime, zone: tzinfo) -> tuple[datetime, datetime] | None:
    """From the beginning of a day, month or year to the beginning of the next; None when it is none."""
    today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    if value in ("today", "yesterday"):
        day = today if value == "today" else today - timedelta(days=1)
        return day, day + timedelta(days=1)
    match = _DATE.fullmatch(value)
    try:
        if match is None:
            return None
        year, month, day = int(match[1]), int(match[2] or 1), int(match[3] or 1)
        begin = datetime(year, month, day, tzinfo=zone)
        if match[3]:
            return begin, begin + timedelta(days=1)
        if match[2]:
            return begin, datetime(year + month // 12, month % 12 + 1, 1, tzinfo=zone)
        return begin, datetime(year + 1, 1, 1, tzinfo=zone)
    except (ValueError, OverflowError):
        return None

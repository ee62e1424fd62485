"""Whether an answer is what a question asks for, and in which form it is kept. Pure; linear in the answer's length."""

import re
from datetime import date, datetime

from harken.bots.flow.document import Check
from harken.kit.tokens import folded

_MAIL = re.compile(r"[^\s@<>,;]{1,64}@[^\s@<>,;.]+(\.[^\s@<>,;.]+)+")
_DATES = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y")
_YES = {
    "yes",
    "y",
    "ok",
    "okay",
    "sure",
    "ja",
    "si",
    "claro",
    "vale",
    "oui",
    "نعم",
    "اجل",
    "はい",
    "是",
    "да",
    "evet",
    "sim",
}
_NO = {"no", "n", "nope", "nein", "non", "لا", "いいえ", "不", "нет", "hayir", "nao"}
_LONGEST = 2_000


def accepted(check: Check, answer: str) -> str | None:
    """The answer as it is kept, or None."""
    text = " ".join(answer.split())[:_LONGEST]
    match check.kind:
        case "text":
            return text if text and _within(check, len(text)) else None
        case "email":
            found = _MAIL.search(text)
            return found.group().lower() if found and len(found.group()) <= 254 else None
        case "phone":
            digits = re.sub(r"[\s().\-/]", "", text)
            return digits if re.fullmatch(r"(\+|00)?\d{6,15}", digits) else None
        case "number":
            return _number(check, text)
        case "date":
            found_date = _date(text)
            return found_date.isoformat() if found_date else None
        case "yes_no":
            word = folded(text).strip(" .!¡")
            return "yes" if word in _YES else "no" if word in _NO else None
        case "mask":
            return _masked(check.mask, text)


def _within(check: Check, size: float) -> bool:
    return (check.min is None or size >= check.min) and (check.max is None or size <= check.max)


def _number(check: Check, text: str) -> str | None:
    plain = text.replace(" ", "").replace(",", ".")
    if not re.fullmatch(r"[+-]?\d{1,15}(\.\d{1,9})?", plain) or not _within(check, float(plain)):
        return None
    return plain.removeprefix("+")


def _date(text: str) -> date | None:
    for form in _DATES:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day, not a moment
        except ValueError:
            continue
    return None


def _masked(mask: str, text: str) -> str | None:
    """Case and the spaces around do not matter; it is kept as the mask has its letters' places, in capitals."""
    given = text.upper()
    if len(given) != len(mask):
        return None
    kinds = {"9": str.isdecimal, "A": str.isalpha, "*": str.isalnum}
    fits = (
        kinds[place](sign) if place in kinds else place.upper() == sign for place, sign in zip(mask, given, strict=True)
    )
    return given if all(fits) else None

"""Text from outside: made storable and bounded."""

import unicodedata


def storable(text: str, limit: int) -> str:
    """Without what PostgreSQL cannot store (NUL, lone surrogates), cut to `limit` characters."""
    clean = text.replace("\x00", "")
    return clean.encode("utf-8", "replace").decode("utf-8")[:limit]


def one_line(text: str, limit: int) -> str:
    """For names, subjects and previews: white space folded, control and direction-override characters removed."""
    kept = "".join(c if unicodedata.category(c) not in ("Cc", "Cs") else " " for c in text if c not in _OVERRIDES)
    folded = " ".join(kept.split())
    return folded if len(folded) <= limit else folded[: limit - 1].rstrip() + "…"


_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")

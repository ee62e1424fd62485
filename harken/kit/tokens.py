"""Words of a text, for finding it again: folded, and pairs of characters where a script writes no spaces."""

import re
import unicodedata

_WORD = re.compile(r"\w+")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]+")


def folded(text: str) -> str:
    """Without case, accents and widths."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return unicodedata.normalize("NFC", "".join(c for c in plain if not unicodedata.combining(c)))


def tokens_of(text: str) -> list[str]:
    """In their order."""
    found: list[str] = []
    for word in _WORD.findall(folded(text)):
        last = 0
        for run in _UNSPACED.finditer(word):
            if run.start() > last:
                found.append(word[last : run.start()])
            piece = run.group()
            found += [piece[i : i + 2] for i in range(max(1, len(piece) - 1))]
            last = run.end()
        if last < len(word):
            found.append(word[last:])
    return found

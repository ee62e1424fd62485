"""Tells the new part of a plain text answer from what it quotes below. Pure, linear in the text's length.

mail-parser-reply's patterns backtrack for minutes on hostile text, so the signs of a quote are looked for line by line.
"""

import re

_WROTE = re.compile(
    r"(wrote|schrieb|écrit|a écrit|escribió|scritto|schreef|escreveu|skrev|kirjoitti|napisała?|napsala?|написала?|"
    r"пише|yazdı|写道|寫道|のメール|작성|كتب|كتبت)[^\n]{0,80}[:：]\s*$",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"^\s*(-{2,}\s?[^\n-]{4,60}\s?-{2,}|_{20,})\s*$")
_LABEL = re.compile(r"^\s*\*?[^\W\d_][^\n:：]{0,28}[:：]\*?\s+\S")
_FROM = re.compile(
    r"^\s*\*?(from|von|de|da|van|från|fra|lähettäjä|od|от|від|kimden|发件人|寄件者|差出人|보낸 사람)\s?[:：]\*?\s+\S",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"^\s{0,3}>")


def folded(text: str) -> tuple[str, str | None]:
    """(the new part, the quoted rest). Nothing is folded when the sender wrote below or between the quote."""
    lines = text.split("\n")
    cut = _cut(lines)
    if cut is None or not "".join(lines[:cut]).strip():
        return text.strip(), None
    return "\n".join(lines[:cut]).strip(), "\n".join(lines[cut:]).strip() or None


def _cut(lines: list[str]) -> int | None:
    header = next((i for i in range(len(lines)) if _starts_header_block(lines, i)), None)
    tail = _quoted_tail(lines)
    cuts = [cut for cut in (header, tail) if cut is not None]
    return min(cuts) if cuts else None


def _starts_header_block(lines: list[str], i: int) -> bool:
    """`-----Original Message-----` or a rule before header lines, or the header lines themselves."""
    if len(lines[i]) > 500:
        return False
    if _SEPARATOR.match(lines[i]):
        return any(_FROM.match(line[:200]) for line in lines[i + 1 : i + 4])
    return bool(_FROM.match(lines[i])) and sum(bool(_LABEL.match(line[:200])) for line in lines[i + 1 : i + 6]) >= 2


def _quoted_tail(lines: list[str]) -> int | None:
    """Where the block of `>` lines begins that runs to the end, its line of introduction included."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    start = end
    while start and (_QUOTED.match(lines[start - 1]) or not lines[start - 1].strip()):
        start -= 1
    while start < end and not lines[start].strip():
        start += 1
    if start == end:
        return None
    return _introduction(lines, start)


def _introduction(lines: list[str], start: int) -> int:
    """`On 3 May 2026, Bo wrote:` may be wrapped over up to three lines and have a blank line below it."""
    above = start
    while above and not lines[above - 1].strip():
        above -= 1
    for height in (1, 2, 3):
        if above < height:
            break
        joined = " ".join(lines[above - height : above])
        if len(joined) > 500:
            break
        if _WROTE.search(joined) and (height == 1 or not _ends_sentence(lines[above - height])):
            first = above - height
            return first if _is_opening(lines[first]) or height == 3 else _earlier(lines, first)
        if height == 1 and not lines[above - 1].rstrip().endswith((":", "：")):
            break
    return start


def _earlier(lines: list[str], first: int) -> int:
    """The line above belongs to the introduction when it begins like one and is not a paragraph's end."""
    above = first - 1
    return above if above >= 0 and lines[above].strip() and _is_opening(lines[above]) else first


def _is_opening(line: str) -> bool:
    return bool(re.match(r"\s*(on|am|le|el|il|op|em|den|pe|dnia|dne|в|\d)", line, re.IGNORECASE)) and any(
        c.isdigit() for c in line
    )


def _ends_sentence(line: str) -> bool:
    return line.rstrip().endswith((".", "!", "?"))

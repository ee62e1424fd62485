"""The formatting that messages may have: **bold**, _italic_ and `code`, a small part of Markdown. Pure.

Marks belong to one line, never to the inside of a word or a link, and what does not close is text. The browser's
lib/formatting.ts reads the same, on the same examples.
"""

import re
from collections.abc import Iterable
from html import escape
from typing import Final, Literal

import msgspec

Mark = Literal["bold", "italic", "code", "link"]

_TOKEN: Final = re.compile(
    r"(?P<link>\bhttps?://[^\s<>\"`]+[^\s<>\"`.,;:!?)\]}'’*_])"
    r"|`(?P<code>[^`\n]+)`"
    r"|\*\*(?P<bold>[^\s*](?:[^\n]*?[^\s])??)\*\*"
    r"|(?<![^\W])_(?P<italic>[^\s_](?:[^\n_]*[^\s_])?)_(?![^\W])"
)
_TAGS: Final = {"bold": "strong", "italic": "em", "code": "code"}


class Run(msgspec.Struct, frozen=True):
    """A piece of text with its marks, outermost first."""

    text: str
    marks: tuple[Mark, ...] = ()


def runs_of(text: str, marks: tuple[Mark, ...] = ()) -> list[Run]:
    """The text in pieces, in order."""
    runs: list[Run] = []
    at = 0
    for match in _TOKEN.finditer(text):
        if match.start() > at:
            runs.append(Run(text[at : match.start()], marks))
        mark, inner = next((name, found) for name, found in match.groupdict().items() if found is not None)
        if mark in ("code", "link"):
            runs.append(Run(inner, (*marks, mark)))  # pyright: ignore[reportArgumentType]
        else:
            runs.extend(runs_of(inner, (*marks, mark)))  # pyright: ignore[reportArgumentType]
        at = match.end()
    if at < len(text):
        runs.append(Run(text[at:], marks))
    return runs


def plain_of(text: str) -> str:
    """Without the marks, for channels that have none."""
    return "".join(run.text for run in runs_of(text))


def html_of(text: str, *, formatted: bool) -> str:
    """Escaped, with links and line breaks; with its marks when it is `formatted`. Whoever embeds it needs to do no more."""
    runs = runs_of(text)
    if not formatted:
        runs = _links_only(text)
    return "".join(_html(run) for run in runs)


def _links_only(text: str) -> Iterable[Run]:
    at = 0
    for match in _LINK.finditer(text):
        yield Run(text[at : match.start()])
        yield Run(match[0], ("link",))
        at = match.end()
    yield Run(text[at:])


_LINK: Final = re.compile(r"\bhttps?://[^\s<>\"]+[^\s<>\".,;:!?)\]}'’]")


def _html(run: Run) -> str:
    words = escape(run.text, quote=True).replace("\r\n", "\n").replace("\n", "<br>\n")
    for mark in reversed(run.marks):
        opened, closed = (f'a href="{words}"', "a") if mark == "link" else (_TAGS[mark], _TAGS[mark])
        words = f"<{opened}>{words}</{closed}>"
    return words

"""What an admin decides of an answers bot. Pure."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from harken.bots.answers.deciding import Bounds
from harken.bots.answers.talking import sayable
from harken.kit.errors import Invalid

_MOST_ARTICLES: Final = 2_000


class Article(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the bot knows besides Quick Replies. `samples`: questions that it answers."""

    title: str
    text: str
    samples: list[str] = []
    language: str | None = None
    url: str | None = None


class AnswersSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`sure`, `margin`, `maybe`: see deciding.Bounds. `close_when_solved`: closes when the customer says that it helped.

    `embedding_url`: the base URL of an endpoint that speaks OpenAI's embeddings, whose `embedding_model` finds what is said in other
    words; empty: the bot compares words alone.
    """

    articles: list[Article] = []
    quick_replies: bool = True
    sure: float = Bounds().sure
    margin: float = Bounds().margin
    maybe: float = Bounds().maybe
    close_when_solved: bool = False
    embedding_url: str = ""
    embedding_model: str = ""


def checked(settings: Mapping[str, Any]) -> AnswersSettings:
    """Raises Invalid."""
    try:
        wanted = msgspec.convert(dict(settings), AnswersSettings)
    except msgspec.ValidationError as error:
        raise Invalid(("settings", "malformed"), detail=str(error)) from error
    check_articles(wanted.articles)
    if not 0 < wanted.maybe <= wanted.sure <= 1 or not 0 <= wanted.margin <= 1:
        raise Invalid(("settings.sure", "between_0_and_1"))
    if wanted.embedding_url and not is_url(wanted.embedding_url):
        raise Invalid(("settings.embedding_url", "invalid"))
    if bool(wanted.embedding_url) != bool(wanted.embedding_model.strip()):
        missing = "embedding_model" if wanted.embedding_url else "embedding_url"
        raise Invalid((f"settings.{missing}", "required"))
    return wanted


def check_articles(articles: list[Article]) -> None:
    """Raises Invalid."""
    if len(articles) > _MOST_ARTICLES:
        raise Invalid(("settings.articles", "too_many"))
    for article in articles:
        if not article.title.strip() or not article.text.strip():
            raise Invalid(("settings.articles", "empty"))
        if not sayable(article.text):
            raise Invalid(("settings.articles", "unknown_variable"), detail=article.title)
        if article.url and not article.url.startswith(("https://", "http://")):
            raise Invalid(("settings.articles", "url"), detail=article.title)


def is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:  # "http://[::1"
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)

"""The kind `answers`: its settings, and where its knowledge comes from."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID
from weakref import WeakKeyDictionary

import msgspec

from harken.bots.answers.deciding import Bounds
from harken.bots.answers.matching import Entry, Knowledge
from harken.bots.answers.talking import sayable, talk
from harken.bots.brains import BotConfig
from harken.bots.protocol import Brain, Outcome, Turn
from harken.kit.db import Database
from harken.kit.errors import Invalid
from harken.port.services import Services
from harken.quickreplies.prepared import Prepared, list_of_channel, state_of_channel

_MOST_ARTICLES: Final = 2_000
_MOST_ENTRIES: Final = 10_000
_MOST_KEPT: Final = 100


class Article(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the bot knows besides Quick Replies. `samples`: questions that it answers."""

    title: str
    text: str
    samples: list[str] = []
    language: str | None = None
    url: str | None = None


class AnswersSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`sure`, `margin`, `maybe`: see deciding.Bounds. `close_when_solved`: closes when the customer says that it helped."""

    articles: list[Article] = []
    quick_replies: bool = True
    sure: float = Bounds().sure
    margin: float = Bounds().margin
    maybe: float = Bounds().maybe
    close_when_solved: bool = False


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


class Library:
    """A bot's knowledge, read again when something in it has changed."""

    def __init__(self, settings: AnswersSettings, workspace_id: UUID, services: Services) -> None:
        self._settings, self._workspace_id, self._services = settings, workspace_id, services
        self._held: dict[UUID, tuple[tuple[int, int], Knowledge]] = {}

    async def of_channel(self, channel_id: UUID) -> Knowledge:
        async with self._services.db.connection() as connection:
            state = (0, 0)
            if self._settings.quick_replies:
                state = await state_of_channel(connection, self._workspace_id, channel_id)
            held = self._held.get(channel_id)
            if held and held[0] == state:
                return held[1]
            prepared = (
                await list_of_channel(connection, self._workspace_id, channel_id, _MOST_ENTRIES) if state[0] else []
            )
        knowledge = await asyncio.to_thread(Knowledge, self._entries(prepared))
        self._held[channel_id] = (state, knowledge)
        return knowledge

    def _entries(self, prepared: list[Prepared]) -> list[Entry]:
        articles = [
            Entry(f"article:{place}", each.title, each.text, tuple(each.samples), each.language, url=each.url)
            for place, each in enumerate(self._settings.articles)
        ]
        replies = [
            Entry(str(each.id), each.title or each.shortcut, each.body, (each.shortcut.replace("-", " "),), each.language,
                  tuple(map(str, each.attachment_ids)))
            for each in prepared
            if sayable(each.body)
        ]  # fmt: skip
        return articles + replies


class Libraries:
    """One for each version of each bot, kept from turn to turn: making knowledge ready costs more than asking it."""

    def __init__(self) -> None:
        self._known: WeakKeyDictionary[Database, dict[tuple[UUID, int], Library]] = WeakKeyDictionary()

    def of(self, config: BotConfig, settings: AnswersSettings, services: Services) -> Library:
        """Version 0 is one that is being written: it is not kept."""
        if config.version == 0:
            return Library(settings, config.workspace_id, services)
        known = self._known.setdefault(services.db, {})
        if len(known) >= _MOST_KEPT:
            known.clear()
        return known.setdefault((config.id, config.version), Library(settings, config.workspace_id, services))


class AnswersBrain:
    def __init__(self, settings: AnswersSettings, library: Library) -> None:
        self._settings, self._library = settings, library
        self._bounds = Bounds(settings.sure, settings.margin, settings.maybe)

    async def answer(self, turn: Turn) -> Outcome:
        if turn.type in ("conversation_taken_over", "conversation_closed"):
            return Outcome()
        knowledge = await self._library.of_channel(turn.conversation.channel.id)
        return await asyncio.to_thread(talk, turn, knowledge, self._bounds, may_close=self._settings.close_when_solved)


class AnswersKind:
    secrets: frozenset[str] = frozenset()
    generated: Mapping[str, Callable[[], str]] = {}
    model = False

    def __init__(self) -> None:
        self._libraries = Libraries()

    def check(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        try:
            wanted = msgspec.convert(dict(settings), AnswersSettings)
        except msgspec.ValidationError as error:
            raise Invalid(("settings", "malformed"), detail=str(error)) from error
        check_articles(wanted.articles)
        if not 0 < wanted.maybe <= wanted.sure <= 1 or not 0 <= wanted.margin <= 1:
            raise Invalid(("settings.sure", "between_0_and_1"))
        return msgspec.to_builtins(wanted)

    def brain(self, config: BotConfig, services: Services) -> Brain:
        settings = msgspec.convert(dict(config.settings), AnswersSettings)
        return AnswersBrain(settings, self._libraries.of(config, settings, services))


KIND: Final = AnswersKind()

"""The kind `answers`: where its knowledge comes from, and its turns."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID
from weakref import WeakKeyDictionary

import msgspec
from msgspec.structs import replace

from harken.bots.answers.deciding import Bounds
from harken.bots.answers.embedding import Embedding, Space, Spaces
from harken.bots.answers.matching import Entry, Knowledge
from harken.bots.answers.settings import AnswersSettings, checked
from harken.bots.answers.talking import sayable, talk
from harken.bots.brains import BotConfig
from harken.bots.protocol import BotFailed, Brain, Outcome, Turn
from harken.kit.db import Database
from harken.kit.errors import Invalid
from harken.port.services import Services
from harken.quickreplies.prepared import Prepared, list_of_channel, state_of_channel

_MOST_ENTRIES: Final = 10_000
_MOST_KEPT: Final = 100
# Seconds for what the embedding model has not read yet: at work, in a rehearsal.
_PATIENCE: Final = {False: 2.0, True: 8.0}


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
        held = self._held.get(channel_id)
        if held and held[0] == state:  # another turn was quicker: all have the same one
            return held[1]
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
    def __init__(self, settings: AnswersSettings, library: Library, space: Space | None, *, rehearsed: bool) -> None:
        """`space`: of the embedding model, where there is one. `rehearsed`: an admin tries it and wants to know what fails."""
        self._settings, self._library, self._space, self._rehearsed = settings, library, space, rehearsed
        self._bounds = Bounds(settings.sure, settings.margin, settings.maybe)

    async def answer(self, turn: Turn) -> Outcome:
        if turn.type in ("conversation_taken_over", "conversation_closed"):
            return Outcome()
        knowledge = await self._library.of_channel(turn.conversation.channel.id)
        near: Mapping[str, float] = {}
        if self._space and turn.message and turn.message.value is None:
            near = await self._space.scores(knowledge, turn.message.text, patience=_PATIENCE[self._rehearsed])
            if self._rehearsed and self._space.failed:
                raise BotFailed("error", f"The embedding model: {self._space.failed}")
        may_close = self._settings.close_when_solved
        outcome = await asyncio.to_thread(talk, turn, knowledge, self._bounds, near, may_close=may_close)
        return replace(outcome, knows=_nearest(turn, knowledge, near)) if self._rehearsed else outcome


def _nearest(turn: Turn, knowledge: Knowledge, near: Mapping[str, float]) -> dict[str, Any]:
    """The best three entries with their scores, by which an admin sets the bounds."""
    if turn.message is None or turn.message.value is not None:
        return {}
    found = knowledge.best(turn.message.text, turn.conversation.language, 3, near)
    return {match.entry.title: round(match.score, 2) for match in found}


class AnswersKind:
    secrets: frozenset[str] = frozenset({"api_key"})
    generated: Mapping[str, Callable[[], str]] = {}
    model = False  # what it says is an entry, word for word

    def __init__(self) -> None:
        self._libraries = Libraries()
        self._spaces = Spaces()

    def check(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        given = dict(settings)
        key = given.pop("api_key", "")
        if not isinstance(key, str):
            raise Invalid(("settings.api_key", "invalid"))
        return msgspec.to_builtins(checked(given)) | ({"api_key": key} if key else {})

    def brain(self, config: BotConfig, services: Services) -> Brain:
        settings = msgspec.convert(dict(config.settings), AnswersSettings)
        space = None
        if settings.embedding_url:
            model = Embedding(settings.embedding_url, settings.embedding_model, config.secrets.get("api_key", ""))
            space = self._spaces.of(services.db, config.workspace_id, model)
        library = self._libraries.of(config, settings, services)
        return AnswersBrain(settings, library, space, rehearsed=config.version == 0)


KIND: Final = AnswersKind()

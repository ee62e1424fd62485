"""An embedding model behind any endpoint that speaks OpenAI's embeddings, and what it has made of texts so far."""

import asyncio
import contextlib
import time
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID
from weakref import WeakKeyDictionary

import httpx
import msgspec
import structlog

from harken.bots.answers.matching import Knowledge
from harken.bots.answers.nearness import LONGEST, Nearness, Vector, unit
from harken.kit.db import Database
from harken.kit.http import client

_AT_ONCE: Final = 32  # texts of one request: what the smallest endpoints take
_MOST_PHRASES: Final = 4_000  # of one knowledge; what stands behind them is found by its words
_MOST_TEXTS: Final = 8_000  # of a space
_MOST_SPACES: Final = 50
# Bytes of one text: many models refuse more than 512 tokens, which are 400 words of English or 500 characters of Chinese.
_LONGEST_TEXT: Final = 1_500
_MOST_BYTES: Final = 32 * LONGEST * _AT_ONCE  # of an answer: a number is written with up to 24 characters
_LEARNING_SECONDS: Final = 60.0
_QUESTION_SECONDS: Final = 2.0
_REST_SECONDS: Final = 15.0  # after a failure

_log: structlog.stdlib.BoundLogger = structlog.get_logger()


class EmbeddingFailed(Exception):
    """In words for an admin."""


class Embedding(msgspec.Struct, frozen=True):
    """Where the model is. `key` may be empty."""

    base_url: str
    model: str
    key: str = ""


class _Item(msgspec.Struct):
    index: int
    embedding: list[float]


class _Answer(msgspec.Struct):
    data: list[_Item]


class Space:
    """The vectors of one workspace's texts by one model, kept while the process lives. Many bots and versions share it."""

    def __init__(self, embedding: Embedding) -> None:
        self._embedding = embedding
        self._known: dict[str, Vector] = {}
        self._size = 0  # numbers of each vector
        self._rests_until = 0.0
        self._learning: asyncio.Task[None] | None = None
        self._near: WeakKeyDictionary[Knowledge, Nearness] = WeakKeyDictionary()
        self.failed: str | None = None  # why the last request did

    async def scores(self, knowledge: Knowledge, question: str, *, patience: float) -> Mapping[str, float]:
        """By entry's key, from 0 to 1; nothing while the endpoint fails, or has not read the knowledge within `patience` seconds:
        it goes on reading beside the turns."""
        if not question.strip() or self._rests:
            return {}
        try:
            near = await self._of(knowledge, patience)
            vectors = await self._ask([_cut(question)], _QUESTION_SECONDS) if near and near.tells else []
        except asyncio.CancelledError:  # the turn's own time is up: when it is asked once more, words decide
            self._rest()
            raise
        return await asyncio.to_thread(near.scores, vectors[0]) if near and vectors else {}

    async def _of(self, knowledge: Knowledge, patience: float) -> Nearness | None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                for _ in range(2):  # what another bot is waiting for, then this
                    if knowledge in self._near or self._rests:
                        break
                    if self._learning is None or self._learning.done():
                        self._learning = asyncio.create_task(self._learn(knowledge))
                    await asyncio.wait([self._learning])
        return self._near.get(knowledge)

    async def _learn(self, knowledge: Knowledge) -> None:
        """Asks for what is new in it, and compares it once for all who wait."""
        phrases = [(key, _cut(text)) for key, text in knowledge.phrases()[:_MOST_PHRASES]]
        texts = {text for _, text in phrases}
        if len(self._known.keys() | texts) > _MOST_TEXTS:
            self._known.clear()
        new = sorted(texts - self._known.keys())
        for start in range(0, len(new), _AT_ONCE):
            batch = new[start : start + _AT_ONCE]
            vectors = await self._ask(batch, _LEARNING_SECONDS)
            if not vectors:
                return
            self._known.update(zip(batch, vectors, strict=True))
        size, known = self._size, [(key, self._known[text]) for key, text in phrases if text in self._known]
        if len(known) == len(phrases):
            near = await asyncio.to_thread(Nearness, known)
            if size == self._size:  # else another model answered meanwhile
                self._near[knowledge] = near

    async def _ask(self, texts: list[str], seconds: float) -> list[Vector]:
        """One for each text; none at all after a failure, which is logged, and nothing is asked for a while."""
        try:
            async with asyncio.timeout(seconds):
                data = await _post(self._embedding, texts)
            vectors = await asyncio.to_thread(_read, data, len(texts))
        except (EmbeddingFailed, TimeoutError, httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
            reached = isinstance(error, EmbeddingFailed)
            self.failed = str(error) if reached else f"It cannot be reached ({type(error).__name__})."
            self._rest()
            host = urlsplit(self._embedding.base_url).hostname  # what stands beside it in a URL may be secret
            _log.warning("embedding_failed", host=host, model=self._embedding.model, error=self.failed)
            return []
        if self._size not in (0, len(vectors[0])):  # another model under the same name: all is read anew
            self._known.clear()
            self._near.clear()
        self._size, self.failed = len(vectors[0]), None
        return vectors

    @property
    def _rests(self) -> bool:
        return time.monotonic() < self._rests_until

    def _rest(self) -> None:
        self._rests_until = time.monotonic() + _REST_SECONDS


class Spaces:
    """One for each model of each workspace."""

    def __init__(self) -> None:
        self._known: WeakKeyDictionary[Database, dict[tuple[UUID, Embedding], Space]] = WeakKeyDictionary()

    def of(self, db: Database, workspace_id: UUID, embedding: Embedding) -> Space:
        known = self._known.setdefault(db, {})
        if len(known) >= _MOST_SPACES:
            known.clear()
        return known.setdefault((workspace_id, embedding), Space(embedding))


async def _post(embedding: Embedding, texts: list[str]) -> bytes:
    body = msgspec.json.encode({"model": embedding.model, "input": texts, "encoding_format": "float"})
    headers = {"content-type": "application/json"}
    if embedding.key:
        headers["authorization"] = f"Bearer {embedding.key}"
    url = f"{embedding.base_url.rstrip('/')}/embeddings"
    data = bytearray()
    async with client().stream("POST", url, content=body, headers=headers) as response:
        if not 200 <= response.status_code < 300:
            raise EmbeddingFailed(f"It answered {response.status_code}.")
        async for chunk in response.aiter_bytes():
            data += chunk
            if len(data) > _MOST_BYTES:
                raise EmbeddingFailed("Its answer is too big.")
    return bytes(data)


def _cut(text: str) -> str:
    return text.encode(errors="replace")[:_LONGEST_TEXT].decode(errors="ignore")


def _read(data: bytes, count: int) -> list[Vector]:
    """In the order in which they were asked for."""
    try:
        items = msgspec.json.decode(data, type=_Answer).data
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise EmbeddingFailed(f"Its answer is not one: {str(error)[:200]}") from error
    if sorted(item.index for item in items) != list(range(count)):
        raise EmbeddingFailed(f"It answered {len(items)} vectors for {count} texts.")
    vectors = [unit(item.embedding) for item in sorted(items, key=lambda item: item.index)]
    found = [vector for vector in vectors if vector is not None]
    if len(found) < count or len({len(vector) for vector in found}) != 1:
        raise EmbeddingFailed("Its vectors are empty or of several sizes.")
    return found

"""Group commit: what waits under one key is taken together, one flush at a time for a key, keys beside each other."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")
R = TypeVar("R")


class Lanes(Generic[K, T, R]):
    """`flush(key, items)` answers one result for each item, an exception among them being raised to whoever put that item.

    A batch is at most `most` items and, beyond its first item, `heaviest` in the sum of what `weigh` says.
    """

    def __init__(
        self,
        flush: Callable[[K, list[T]], Awaitable[Sequence[R | BaseException]]],
        *,
        most: int = 50,
        weigh: Callable[[T], int] = lambda _: 0,
        heaviest: int = 8 * 1024 * 1024,
    ) -> None:
        self._flush = flush
        self._most = most
        self._weigh = weigh
        self._heaviest = heaviest
        self._waiting: dict[K, deque[tuple[T, asyncio.Future[R]]]] = {}
        self._flushers: dict[K, asyncio.Task[None]] = {}

    def put(self, key: K, item: T) -> "asyncio.Future[R]":
        """The result comes after the flush that held the item. Order within a key is kept."""
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(key, deque()).append((item, future))
        if key not in self._flushers:
            self._flushers[key] = asyncio.create_task(self._run(key), name="flusher")
        return future

    async def drain(self) -> None:
        """Waits until nothing waits."""
        while self._flushers:
            await asyncio.wait(list(self._flushers.values()))

    async def _run(self, key: K) -> None:
        waiting = self._waiting[key]
        try:
            while waiting:
                batch = self._take(waiting)
                try:
                    results = await self._flush(key, [item for item, _ in batch])
                except BaseException as error:
                    _settle(batch, [error] * len(batch))
                    if not isinstance(error, Exception):
                        raise
                else:
                    _settle(batch, results)
        finally:
            del self._flushers[key]
            for _, future in self._waiting.pop(key):
                future.cancel()

    def _take(self, waiting: "deque[tuple[T, asyncio.Future[R]]]") -> "list[tuple[T, asyncio.Future[R]]]":
        batch = [waiting.popleft()]
        weight = self._weigh(batch[0][0])
        while waiting and len(batch) < self._most:
            weight += self._weigh(waiting[0][0])
            if weight > self._heaviest:
                break
            batch.append(waiting.popleft())
        return batch


def _settle(batch: "list[tuple[T, asyncio.Future[R]]]", results: Sequence[R | BaseException]) -> None:
    for (_, future), result in zip(batch, results, strict=True):
        if future.done():  # whoever put it is gone
            continue
        if isinstance(result, BaseException):
            future.set_exception(result)
        else:
            future.set_result(result)

"""How much of something one party may do: a bucket that is refilled, and many of them by key. In this process only."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable


class Allowance:
    """A bucket that holds `burst` and is refilled by `a_second`."""

    def __init__(self, a_second: float, burst: int, now: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._burst, self._now = a_second, burst, now
        self._left, self._at = float(burst), now()

    def take(self) -> bool:
        now = self._now()
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Allowances:
    """One bucket for each key; of more than `most` keys those unused for longest are forgotten."""

    def __init__(
        self, a_second: float, burst: int, *, most: int = 50_000, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._make = lambda: Allowance(a_second, burst, now)
        self._most = most
        self._buckets: OrderedDict[Hashable, Allowance] = OrderedDict()

    def take(self, key: Hashable) -> bool:
        bucket = self._buckets.pop(key, None) or self._make()
        self._buckets[key] = bucket
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        return bucket.take()

"""Failed sign-ins, counted per address and network address: guessing becomes slow, and nobody else is locked out."""

from collections import deque
from datetime import datetime, timedelta
from typing import Final

from harken.kit.errors import TooMany

WINDOW: Final = timedelta(minutes=15)
PER_ADDRESS: Final = 10
PER_NETWORK_ADDRESS: Final = 100
_KEPT_KEYS: Final = 20_000


class Attempts:
    """One per process."""

    def __init__(self) -> None:
        self._failed: dict[str, deque[datetime]] = {}

    def check(self, email: str, ip: str, now: datetime) -> None:
        """Raises TooMany after too many failures within the window."""
        for key, limit in ((_pair(email, ip), PER_ADDRESS), (ip, PER_NETWORK_ADDRESS)):
            times = self._recent(key, now)
            if len(times) >= limit:
                wait = int((times[0] + WINDOW - now).total_seconds()) + 1
                raise TooMany("too many failed attempts to sign in", retry_after=wait)

    def failed(self, email: str, ip: str, now: datetime) -> None:
        if len(self._failed) > _KEPT_KEYS:
            self._failed = {key: times for key, times in self._failed.items() if times[-1] > now - WINDOW}
        for key in (_pair(email, ip), ip):
            self._failed.setdefault(key, deque(maxlen=PER_NETWORK_ADDRESS)).append(now)

    def succeeded(self, email: str, ip: str) -> None:
        self._failed.pop(_pair(email, ip), None)

    def _recent(self, key: str, now: datetime) -> deque[datetime]:
        times = self._failed.get(key, deque())
        while times and times[0] <= now - WINDOW:
            times.popleft()
        if not times:
            self._failed.pop(key, None)
        return times


def _pair(email: str, ip: str) -> str:
    return f"{email.strip().lower()[:254]} {ip}"

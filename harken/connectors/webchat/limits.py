"""How much one visitor, and one address of the internet, may do. In one process; several processes allow as many times as much."""

from harken.kit.allowance import Allowances
from harken.kit.errors import TooMany


class Limits:
    """One per process."""

    def __init__(self) -> None:
        self._sessions = Allowances(2, 120)
        self._reads = Allowances(2, 60)
        self._messages = Allowances(0.5, 30)
        self._uploads = Allowances(0.2, 20)

    def session(self, remote: str) -> None:
        _require(self._sessions.take(remote))

    def read(self, address: str) -> None:
        _require(self._reads.take(address))

    def message(self, address: str) -> None:
        _require(self._messages.take(address))

    def upload(self, address: str) -> None:
        _require(self._uploads.take(address))


def _require(allowed: bool) -> None:
    if not allowed:
        raise TooMany("too much at once; wait a moment", retry_after=5)

"""What a page may say on its socket, and how much of it. Pure."""

import time
from collections.abc import Callable
from uuid import UUID

import msgspec


class Typing(msgspec.Struct, frozen=True, tag="typing", forbid_unknown_fields=True):
    conversation_id: UUID
    active: bool


class Viewing(msgspec.Struct, frozen=True, tag="viewing", forbid_unknown_fields=True):
    conversation_id: UUID
    active: bool


class Ping(msgspec.Struct, frozen=True, tag="ping", forbid_unknown_fields=True):
    pass


ClientFrame = Typing | Viewing | Ping
_decoder = msgspec.json.Decoder(ClientFrame)
_MAX_CHARACTERS = 1_000


def client_frame(text: str) -> ClientFrame:
    """Raises ValueError for anything else."""
    if len(text) > _MAX_CHARACTERS:
        raise ValueError("too long")
    return _decoder.decode(text)  # msgspec.ValidationError and DecodeError are ValueErrors


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

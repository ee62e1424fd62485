"""Passwords: argon2id, computed off the event loop, a few at a time (each takes 64 MiB)."""

import asyncio
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from harken.kit.errors import Invalid

SHORTEST: Final = 8
LONGEST: Final = 256
_AT_ONCE: Final = 4
_hasher = PasswordHasher()
_gates: dict[asyncio.AbstractEventLoop, asyncio.Semaphore] = {}
_NOBODY: Final = "$argon2id$v=19$m=65536,t=3,p=4$yLFlkkFqdeJQU4ppKdLfMA$9yVbhNUVZJOQUdb9qJJqjGjVn6dOlUSiBXYbVtMWdsU"


def check_password(password: str, field: str = "password") -> None:
    """Raises Invalid for one that is too short or too long."""
    if len(password) < SHORTEST:
        raise Invalid((field, "too_short"), detail=f"a password has at least {SHORTEST} characters")
    if len(password) > LONGEST:
        raise Invalid((field, "too_long"))


async def hash_password(password: str) -> str:
    async with _gate():
        return await asyncio.to_thread(_hasher.hash, password)


async def verify_password(password: str, password_hash: str | None) -> bool:
    """Whether it is the password; without a hash, False after as much work: an unknown address takes as long."""
    async with _gate():
        matched = await asyncio.to_thread(_verify, password, password_hash or _NOBODY)
    return matched and password_hash is not None


def needs_rehash(password_hash: str) -> bool:
    return _hasher.check_needs_rehash(password_hash)


def _verify(password: str, password_hash: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def _gate() -> asyncio.Semaphore:
    loop = asyncio.get_running_loop()
    if loop not in _gates:
        _gates.clear()
        _gates[loop] = asyncio.Semaphore(_AT_ONCE)
    return _gates[loop]

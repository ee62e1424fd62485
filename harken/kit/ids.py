"""UUIDv7 ids (RFC 9562, 5.7): made by the program, so that one batched statement can write a whole tree of rows."""

import os
import time
from uuid import UUID

_last_ms = 0
_counter = 0


def new_id() -> UUID:
    """A new id, greater than every earlier one of this process."""
    global _last_ms, _counter
    now = time.time_ns() // 1_000_000
    if now > _last_ms:
        _last_ms, _counter = now, int.from_bytes(os.urandom(2)) & 0x7FF
    else:
        _counter += 1
        if _counter > 0xFFF:
            _last_ms, _counter = _last_ms + 1, 0
    value = _last_ms << 80 | 0x7 << 76 | _counter << 64 | 0b10 << 62 | int.from_bytes(os.urandom(8)) >> 2
    return UUID(int=value)

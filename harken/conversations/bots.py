"""What a bot may do, and what its lease is. Pure.

A lease has a phase: `asked` (a turn is due or runs), `expected` (the bot answers later), `idle` (it is the customer's turn),
`held` (an answer waits for an agent). In each, `deadline` says when the watchdog acts if nobody else does.
"""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

Phase = Literal["asked", "expected", "idle", "held"]


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of one bot. `max_turns`: in one conversation, between two of its beginnings. `reads_files`: it can make something of
    what customers attach; else a file goes to a person."""

    max_turns: int = 30
    messages_per_minute: int = 12
    may_close: bool = True
    timeout_seconds: int = 20
    idle_hours: int = 24
    held_minutes: int = 30
    reads_files: bool = False


def deadline_of(phase: Phase, limits: Limits, timeout_seconds: int, at: datetime) -> datetime:
    """`asked` has room for the time-out, one retry of it, and a worker that starts anew."""
    match phase:
        case "asked":
            return at + timedelta(seconds=2 * timeout_seconds + 60)
        case "expected":
            return at + timedelta(seconds=timeout_seconds)
        case "idle":
            return at + timedelta(hours=limits.idle_hours)
        case "held":
            return at + timedelta(minutes=limits.held_minutes)

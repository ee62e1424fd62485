"""How the state of a delivery may move: it only moves forward, and what is known for certain beats what is feared. Pure.

queued -> sending -> sent -> delivered -> read; failed from whatever is not delivered yet; uncertain when an answer never
came. News of `delivered` or `read` beats `failed` and `uncertain`, news of `sent` beats `uncertain` alone.
"""

from collections.abc import Sequence
from typing import Final, Literal

from harken.conversations.model import DeliveryState

Report = Literal["sent", "delivered", "read", "failed"]

_RANK: Final[dict[DeliveryState, int]] = {"queued": 0, "sending": 1, "sent": 2, "delivered": 3, "read": 4}

# Seconds before the next attempt after the first, second, ... one failed: eight attempts in about an hour.
_DELAYS: Final = (3, 10, 30, 90, 300, 900, 2100)
ATTEMPTS: Final = len(_DELAYS) + 1


def after_report(state: DeliveryState, report: Report) -> DeliveryState:
    """The state after the service's news, in whichever order and however often they come."""
    if state in ("delivered", "read") and report == "failed":
        return state
    if report == "failed":
        return "failed"
    if state == "failed":
        return state if report == "sent" else report
    if state == "uncertain" or _RANK[report] > _RANK[state]:
        return report
    return state


def best_report(reports: Sequence[Report], state: DeliveryState) -> DeliveryState:
    """The state after several pieces of news."""
    for report in reports:
        state = after_report(state, report)
    return state


def may_retry(state: DeliveryState) -> bool:
    return state in ("failed", "uncertain")


def retry_delay(attempt: int, retry_after: float | None, jitter: float) -> float | None:
    """Seconds until the next attempt; None when this was the last. `jitter` is between 0 and 1.

    Attempts are counted on after an agent's Retry (`first_attempt`), in rounds of ATTEMPTS.
    """
    place = attempt % ATTEMPTS
    if place == 0:
        return None
    delay = _DELAYS[place - 1] * (0.8 + 0.4 * jitter)
    return max(delay, min(retry_after or 0.0, 3600.0))

"""When something is said or done automatically. Pure."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from harken.automatic.model import Automatic, Inactivity, Saying, Step, Texts
from harken.conversations.model import Conversation
from harken.kit.errors import Invalid

AGAIN: Final = timedelta(hours=4)
LONGEST: Final = 2_000  # characters
_SHORTEST_WAIT, _LONGEST_WAIT = 1, 60 * 24 * 365  # minutes


def saying(
    automatic: Automatic,
    conversation: Conversation,
    *,
    open_now: bool,
    first: bool,
    said_at: datetime | None,
    at: datetime,
) -> Saying | None:
    """What is said to a customer who has just written. Never while a bot handles, and at most once in four hours.

    `first`: nobody has answered in this conversation yet. An auto-reply leaves its customer not waiting: nothing is said to it.
    """
    if conversation.status == "closed" or conversation.handler.kind == "bot" or conversation.waiting_since is None:
        return None
    if said_at is not None and at - said_at < AGAIN:
        return None
    if not open_now:
        return "away" if automatic.away else None
    return "greeting" if first and automatic.greeting and conversation.handler.kind == "none" else None


def next_step(
    automatic: Automatic, conversation: Conversation, *, reminded_seq: int | None, last_at: datetime, at: datetime
) -> Step | None:
    """What is due in a conversation whose customer is silent. `last_at`: of the last thing in the thread, whatever it was, so that
    all that anybody does in it begins the time anew. `reminded_seq`: of the reminder's message."""
    if conversation.status == "closed" or conversation.waiting_since is not None or conversation.snoozed is not None:
        return None
    if conversation.inbound_count == 0:  # one that we began: the customer owes nothing
        return None
    rule = rule_of(automatic, conversation)
    reminded = reminded_seq is not None and reminded_seq == conversation.message_count
    if rule.remind_after is not None and not reminded:
        return "remind" if _passed(last_at, rule.remind_after, at) else None
    return "close" if rule.close_after is not None and _passed(last_at, rule.close_after, at) else None


def rule_of(automatic: Automatic, conversation: Conversation) -> Inactivity:
    return automatic.bots if conversation.handler.kind == "bot" else automatic.people


def shortest_wait(rule: Inactivity) -> timedelta | None:
    """Until then it does nothing; None: never."""
    waits = [wait for wait in (rule.remind_after, rule.close_after) if wait is not None]
    return timedelta(minutes=min(waits)) if waits else None


def checked(automatic: Automatic, takes: Callable[[str], bool] | None = None) -> Automatic:
    """`takes`: whether the channel's service takes a text of that length. Raises Invalid."""
    faults: list[tuple[str, str]] = []
    for name, texts in texts_of(automatic).items():
        if any(not language or len(language) > 35 for language in texts):
            faults.append((name, "language"))
        if any(not text.strip() for text in texts.values()):
            faults.append((name, "empty"))
        if any(len(text) > LONGEST or (takes and not takes(text)) for text in texts.values()):
            faults.append((name, "too_long"))
    for name, rule in (("bots", automatic.bots), ("people", automatic.people)):
        for field, wait in (("remind_after", rule.remind_after), ("close_after", rule.close_after)):
            if wait is not None and not _SHORTEST_WAIT <= wait <= _LONGEST_WAIT:
                faults.append((f"{name}.{field}", "between_a_minute_and_a_year"))
        if rule.remind_after is not None and not rule.reminder:
            faults.append((f"{name}.reminder", "required"))
    if faults:
        raise Invalid(*faults)
    return automatic


def in_language(texts: Texts, language: str | None, fallback: str | None = None) -> str:
    """The text in that language, else the one of `fallback`, else the first by code: what is stored keeps no order."""
    by_code = {code.lower(): text for code, text in sorted(texts.items())}
    for wanted in ((language or "").lower(), (fallback or "").lower()):
        if text := by_code.get(wanted) or by_code.get(wanted.partition("-")[0]):
            return text
    return next(iter(by_code.values()), "")


def texts_of(automatic: Automatic) -> dict[str, Texts]:
    return {
        "greeting": automatic.greeting, "away": automatic.away,
        "bots.reminder": automatic.bots.reminder, "bots.closing": automatic.bots.closing,
        "people.reminder": automatic.people.reminder, "people.closing": automatic.people.closing,
    }  # fmt: skip


def _passed(since: datetime, minutes: int, at: datetime) -> bool:
    return at - since >= timedelta(minutes=minutes)

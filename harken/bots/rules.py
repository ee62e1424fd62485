"""What is decided before a bot is asked. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from harken.bots.model import BotRow, Lease
from harken.bots.phrases import asks_for_person
from harken.bots.protocol import Button, TurnMessage

FAILURES_UNTIL_AWAY = 5
AWAY = timedelta(minutes=1)


def refusal(
    bot: BotRow, lease: Lease, turns: int, said: Sequence[TurnMessage], transcript: Sequence[TurnMessage], at: datetime
) -> str | None:
    """Why a person answers in place of the bot (model.HandOffReason); None when the bot is asked."""
    if any(asks_for_person(message.text) for message in said):
        return "asked"
    if bot.state != "on":
        return "paused"
    if bot.away_until and bot.away_until > at:
        return "unreachable"
    if any(message.attachments for message in said) and not bot.limits.reads_files:
        return "attachment"
    if turns >= bot.limits.max_turns:
        return "turns"
    if is_loop(said, transcript):
        return "loop"
    return None


def is_loop(said: Sequence[TurnMessage], transcript: Sequence[TurnMessage]) -> bool:
    """An echo of what we said, or the same words a third time: another machine, or somebody in despair."""
    ours = {_plain(message.text) for message in transcript if message.author in ("bot", "system")}
    theirs = [_plain(message.text) for message in transcript if message.author == "contact" and message.text.strip()]
    if any(len(_plain(message.text)) > 20 and _plain(message.text) in ours for message in said):
        return True
    return len(theirs) >= 3 and len(set(theirs[-3:])) == 1 and len(theirs[-1]) > 3


def chosen(choices: Sequence[Button], text: str, pressed: str | None = None) -> str | None:
    """The value of the button that was pressed (one that stands there), or that a reply means: its number, its title or its value."""
    if pressed is not None and any(pressed == (button.value or button.title) for button in choices):
        return pressed
    reply = _plain(text).rstrip(".)")
    for place, button in enumerate(choices, 1):
        if reply in (str(place), _plain(button.title), _plain(button.value)) and reply:
            return button.value or button.title
    return None


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())

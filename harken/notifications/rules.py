"""Who is told of what, and in which way. Pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import Any, Final, cast, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from harken.events.types import Access
from harken.kit.text import one_line
from harken.notifications.model import Every, Kind, Recipient, SeenChange, SeenMessage, SeenPlace, Way, Wish

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
WAYS: Final[tuple[Way, ...]] = get_args(Way)
PREVIEW_LENGTH: Final = 140
_DEFAULTS: Final[Mapping[Kind, frozenset[Way]]] = {
    "mention": frozenset({"app", "desktop", "push", "email"}),
    "assigned": frozenset({"app", "desktop", "push", "email"}),
    "taken_over": frozenset({"app", "desktop"}),
    "message": frozenset({"app", "desktop", "push", "email"}),
    "new_conversation": frozenset(),
}
_EVERY: Final[Mapping[Every, timedelta | None]] = {
    "off": None,
    "15m": timedelta(minutes=15),
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
}


def wants(preferences: Mapping[str, Any], kind: Kind, way: Way) -> bool:
    """preferences.notifications[kind][way]; what stands there and is no switch counts as the default."""
    chosen = _mapping(_mapping(preferences.get("notifications")).get(kind)).get(way)
    return chosen if isinstance(chosen, bool) else way in _DEFAULTS[kind]


def is_told(preferences: Mapping[str, Any], kind: Kind) -> bool:
    return any(wants(preferences, kind, way) for way in WAYS)


def may_see(recipient: Recipient, access: Access) -> bool:
    """R4, as conversations.rules.may_see decides it."""
    return (
        recipient.role != "agent"
        or access.team_id is None
        or access.team_id in recipient.team_ids
        or access.agent_id == recipient.id
    )


def is_quiet(preferences: Mapping[str, Any], now: datetime) -> bool:
    """preferences.quiet: {on, from, to, zone}, the hours of a day in which nothing sounds, pops up or is pushed."""
    quiet = _mapping(preferences.get("quiet"))
    begin, end = _clock(quiet.get("from")), _clock(quiet.get("to"))
    if quiet.get("on") is not True or begin is None or end is None or begin == end:
        return False
    try:
        here = now.astimezone(ZoneInfo(str(quiet.get("zone") or "UTC"))).time()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return begin <= here < end if begin < end else here >= begin or here < end


def digest_every(preferences: Mapping[str, Any]) -> timedelta | None:
    """preferences.digest; hourly unless said otherwise, None when there shall be none."""
    chosen = preferences.get("digest")
    return _EVERY[chosen] if isinstance(chosen, str) and chosen in _EVERY else _EVERY["hourly"]


def digest_due(
    preferences: Mapping[str, Any], oldest: datetime, last: datetime | None, seen: datetime | None, now: datetime
) -> bool:
    """Whether what is unread since `oldest` is mailed now: not while the agent is there, and not too often."""
    every = digest_every(preferences)
    if every is None or (seen is not None and now - seen < PRESENT) or is_quiet(preferences, now):
        return False
    return now - oldest >= every and (last is None or now - last >= every)


PRESENT: Final = timedelta(seconds=90)  # how long after it was written down a presence holds


def wishes_of(change: SeenChange, actor: tuple[str, Any, str], at: datetime) -> Iterator[Wish]:
    """What an event of a conversation gives to tell. One's own doing is left out where it is known whose it is."""
    conversation = change.conversation
    _, actor_id, actor_name = actor
    contact = conversation.contact.name or conversation.address

    def wish(kind: Kind, agent_id: Any, message: SeenMessage | None, name: str = actor_name) -> Wish:
        return Wish(
            kind, agent_id, conversation.id, message.id if message else None, message.seq if message else 0, actor_id,
            name, contact, _preview(message), at,
        )  # fmt: skip

    written = next((m for m in reversed(change.messages) if m.kind != "event"), None)
    for message in change.messages:
        for mentioned in dict.fromkeys(message.mentions):
            yield wish("mention", mentioned, message)
        line = message.line
        if line and line.type == "forwarded" and line.target_kind == "agent":
            yield wish("assigned", line.target_id, written or message)
        if line and line.type == "taken_over" and line.target_kind == "agent":
            yield wish("taken_over", line.target_id, message)
        if message.direction == "in" and message.author.kind == "contact" and conversation.handler.kind == "agent":
            yield wish("message", conversation.handler.id, message, message.author.name)
    if in_inbox(conversation) and _is_new_there(change.previous):
        yield wish("new_conversation", None, written)


def in_inbox(place: Any) -> bool:
    return place.status == "open" and place.handler.kind == "none"


def _is_new_there(previous: SeenPlace | None) -> bool:
    """It has just begun, was reopened, or a bot gave it to people. One that an agent gave back is known."""
    return previous is None or previous.status == "closed" or previous.handler.kind == "bot"


def _preview(message: SeenMessage | None) -> str:
    if message is None or message.kind == "event":
        return ""
    text = one_line(message.text, PREVIEW_LENGTH)
    return text or one_line(", ".join(file.name for file in message.attachments), PREVIEW_LENGTH)


def _mapping(value: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def _clock(value: object) -> time | None:
    try:
        return time.fromisoformat(value).replace(tzinfo=None) if isinstance(value, str) else None
    except ValueError:
        return None

"""Decisions about conversations."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from msgspec.structs import replace

from harken.contacts.model import ContactSummary
from harken.conversations.content import file_refusal, kind_of, message_faults, shown_inline
from harken.conversations.model import Attachment, Author, Conversation, Handler, Message, Place, ReplyAllowed
from harken.conversations.rules import (
    NOBODY,
    access_of,
    handed_to,
    may_answer,
    may_reassign,
    may_see,
    view_of,
    views_for,
    with_message,
)
from harken.people.model import Caller
from harken.port.capabilities import Capabilities, FileRule

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ADA, BEN, TEAM, OTHER, BOT = (UUID(int=n) for n in range(1, 6))
AGENT = Caller(UUID(int=9), BEN, "Ben", "agent", frozenset({TEAM}))
SUPERVISOR = replace(AGENT, role="supervisor", team_ids=frozenset())

CONVERSATION = Conversation(
    id=UUID(int=7), number=1, revision=1, status="open", handler=NOBODY, epoch=3, team_id=TEAM, channel_id=UUID(int=8),
    contact=ContactSummary(UUID(int=6), "Bo", 0), address="bo", subject="", labels=[], waiting_since=NOON,
    last_activity_at=NOON, created_at=NOON, last_message=None, message_count=4, inbound_count=2, closed=None,
    reply=ReplyAllowed(allowed=True),
)  # fmt: skip
LATER = datetime(2026, 11, 20, 13, tzinfo=UTC)


def message(**given: object) -> Message:
    fixed = Message(
        id=UUID(int=20), conversation_id=CONVERSATION.id, seq=5, revision=2, kind="message", direction="out",
        author=Author("agent", BEN, "Ben"), text="Hello\nBo", attachments=[], created_at=LATER,
    )  # fmt: skip
    return replace(fixed, **given)


@pytest.mark.parametrize(
    ("status", "handler", "views"),
    [
        ("open", NOBODY, ["inbox"]),
        ("open", Handler("agent", ADA), ["open"]),
        ("open", Handler("agent", BEN), ["open", "yours"]),
        ("open", Handler("bot", BOT), ["automated"]),
        ("closed", NOBODY, ["closed"]),
    ],
)
def test_a_conversation_is_in_one_view_and_yours_is_a_part_of_open(
    status: str, handler: Handler, views: list[str]
) -> None:
    place = Place(status, handler, TEAM)  # pyright: ignore[reportArgumentType]
    assert views_for(place, BEN) == views
    assert view_of(place) == views[0]


@pytest.mark.parametrize(
    ("caller", "team", "handler", "sees"),
    [
        (AGENT, None, NOBODY, True),
        (AGENT, TEAM, NOBODY, True),
        (AGENT, OTHER, NOBODY, False),
        (AGENT, OTHER, Handler("agent", ADA), False),
        (AGENT, OTHER, Handler("agent", BEN), True),
        (AGENT, OTHER, Handler("bot", BEN), False),
        (SUPERVISOR, OTHER, NOBODY, True),
    ],
)
def test_who_sees_what(caller: Caller, team: UUID | None, handler: Handler, *, sees: bool) -> None:
    assert may_see(caller, access_of(Place("open", handler, team))) is sees


@pytest.mark.parametrize(
    ("handler", "epoch", "may"),
    [
        (NOBODY, 3, True),
        (NOBODY, None, True),
        (NOBODY, 2, False),
        (Handler("agent", BEN), 2, True),
        (Handler("agent", ADA), 3, False),
        (Handler("bot", BOT), 3, False),
    ],
)
def test_who_may_answer_without_taking_over(handler: Handler, epoch: int | None, *, may: bool) -> None:
    assert may_answer(replace(CONVERSATION, handler=handler), BEN, epoch) is may


def test_a_colleagues_conversation_is_given_away_by_supervisors_only() -> None:
    assert not may_reassign(AGENT, Handler("agent", ADA))
    assert may_reassign(SUPERVISOR, Handler("agent", ADA))
    assert all(may_reassign(AGENT, handler) for handler in (NOBODY, Handler("agent", BEN), Handler("bot", BOT)))


def test_the_epoch_rises_with_a_change_of_handler_and_with_nothing_else() -> None:
    taken = handed_to(CONVERSATION, Handler("agent", BEN))
    assert taken.epoch == 4
    assert handed_to(taken, Handler("agent", BEN)) is taken
    assert handed_to(taken, NOBODY).epoch == 5


def test_an_answer_ends_the_waiting_a_note_does_not_and_a_line_is_no_activity() -> None:
    answered = with_message(CONVERSATION, message())
    assert (answered.waiting_since, answered.last_activity_at, answered.message_count) == (None, LATER, 5)
    assert answered.last_message and answered.last_message.preview == "Hello Bo"
    noted = with_message(CONVERSATION, message(kind="note", direction="none"))
    assert (noted.waiting_since, noted.last_activity_at) == (NOON, LATER)
    lined = with_message(CONVERSATION, message(kind="event", direction="none"))
    assert (lined.last_activity_at, lined.last_message, lined.message_count) == (NOON, None, 5)


CHANNEL = Capabilities(
    text_limit=10, files=[FileRule(["image/*"], 100), FileRule(["application/pdf"], 1000)], max_files=1, captions=False
)


def attachment(media_type: str, size: int) -> Attachment:
    return Attachment(UUID(int=30), "a", media_type, size, kind_of(media_type))


@pytest.mark.parametrize(
    ("text", "files", "faults"),
    [
        ("Hello", [], []),
        ("", [attachment("image/png", 100)], []),
        (" \n", [], [("text", "required")]),
        ("x" * 11, [], [("text", "too_long")]),
        ("Hello", [attachment("image/png", 1)], [("text", "no_captions")]),
        ("", [attachment("image/png", 101)], [("attachment_ids", "too_large")]),
        ("", [attachment("text/html", 1)], [("attachment_ids", "type_refused")]),
        ("", [attachment("image/png", 1), attachment("image/gif", 1)], [("attachment_ids", "too_many")]),
    ],
)
def test_what_a_channel_refuses_in_a_message(text: str, files: list[Attachment], faults: list[tuple[str, str]]) -> None:
    assert message_faults(CHANNEL, text, files) == faults


def test_a_file_is_judged_by_the_rule_of_its_type() -> None:
    assert file_refusal(CHANNEL, "application/pdf", 999) is None
    assert file_refusal(CHANNEL, "image/png", 999) == "too_large"


@pytest.mark.parametrize("media_type", ["image/svg+xml", "text/html", "application/xml", "application/javascript"])
def test_active_content_is_never_shown_in_place(media_type: str) -> None:
    assert not shown_inline(media_type)
    assert shown_inline("image/png") and shown_inline("application/pdf")

"""Who is told of what, and in which way."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from harken.notifications.rules import KINDS, digest_due, digest_every, is_quiet, is_told, wants
from tests.world import NOON


def test_everything_is_shown_in_the_app_but_new_conversations_and_nothing_sounds() -> None:
    assert [kind for kind in KINDS if wants({}, kind, "app")] == ["mention", "assigned", "taken_over", "message"]
    assert not any(wants({}, kind, "sound") for kind in KINDS)
    assert not is_told({}, "new_conversation")


def test_a_switch_is_the_agents_and_what_is_none_counts_as_the_default() -> None:
    preferences: dict[str, Any] = {
        "notifications": {"message": {"app": False, "push": "yes"}, "new_conversation": {"sound": True}}
    }
    assert not wants(preferences, "message", "app")
    assert wants(preferences, "message", "push")
    assert is_told(preferences, "new_conversation")
    for broken in ("x", {"message": 3}, None):
        assert wants({"notifications": broken}, "message", "app")


@pytest.mark.parametrize(("hour", "quiet"), [(21, False), (22, True), (3, True), (6, False), (12, False)])
def test_quiet_hours_go_over_midnight_in_the_agents_own_zone(hour: int, quiet: bool) -> None:
    preferences = {"quiet": {"on": True, "from": "23:00", "to": "07:00", "zone": "Europe/Berlin"}}
    assert is_quiet(preferences, datetime(2026, 11, 20, hour, 0, tzinfo=UTC)) is quiet


@pytest.mark.parametrize(
    "broken",
    [
        {"on": True},
        {"on": True, "from": "x", "to": "07:00"},
        {"on": True, "from": "01:00", "to": "23:00", "zone": "../etc"},
        {"on": True, "from": "12:00:00.5+01:00", "to": "11:59Z"},
        3,
    ],
)
def test_quiet_hours_that_make_no_sense_are_none(broken: object) -> None:
    assert not is_quiet({"quiet": broken}, NOON)


def test_a_digest_is_due_once_something_is_old_enough_and_not_too_soon_after_the_last() -> None:
    hourly, minutes = {"digest": "hourly"}, timedelta(minutes=1)
    assert not digest_due(hourly, NOON - 59 * minutes, None, None, NOON)
    assert digest_due(hourly, NOON - 60 * minutes, None, None, NOON)
    assert not digest_due(hourly, NOON - 60 * minutes, NOON - 30 * minutes, None, NOON)
    assert not digest_due({"digest": "off"}, NOON - 600 * minutes, None, None, NOON)
    assert digest_due({"digest": "15m"}, NOON - 15 * minutes, None, NOON - 15 * minutes, NOON)
    assert not digest_due({"digest": "15m"}, NOON - 15 * minutes, None, NOON - 1 * minutes, NOON), "the agent is there"


def test_without_a_word_the_digest_is_hourly() -> None:
    assert digest_every({}) == timedelta(hours=1)
    assert digest_every({"digest": "never"}) == timedelta(hours=1)

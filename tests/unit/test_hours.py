"""When a schedule is open: across clock changes, midnights and holidays."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harken.hours.model import Holiday, Opening, Schedule
from harken.hours.rules import DAYS, checked, is_open, next_change
from harken.kit.errors import Invalid

ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC", "Pacific/Apia"]
WEEK = [Opening(day, "09:00", "17:00") for day in DAYS[:5]]
BERLIN = Schedule("Europe/Berlin", WEEK, [Holiday(date(2026, 12, 25), "Christmas", yearly=True)])


def at(text: str, zone: str = "Europe/Berlin") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    weekly: list[Opening] = []
    for day in draw(st.lists(st.sampled_from(DAYS), unique=True)):
        edges = sorted(draw(st.lists(st.integers(0, 96), min_size=2, max_size=4, unique=True)))
        pairs = zip(edges[0::2], edges[1::2], strict=False)
        weekly += [Opening(day, _clock(opens), _clock(closes)) for opens, closes in pairs]
    days = draw(st.lists(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=3))
    return Schedule(draw(st.sampled_from(ZONES)), weekly, [Holiday(day, yearly=draw(st.booleans())) for day in days])


def _clock(quarter: int) -> str:
    return f"{quarter // 4:02}:{quarter % 4 * 15:02}"


def _open_by_the_wall(schedule: Schedule, moment: datetime) -> bool:
    """As one reads it from a door's sign and a wall clock."""
    local = moment.astimezone(ZoneInfo(schedule.timezone))
    if any(h.date == local.date() or (h.yearly and (h.date.month, h.date.day) == (local.month, local.day)) for h in schedule.holidays):  # fmt: skip
        return False
    clock = f"{local:%H:%M}"
    return any(o.day == DAYS[local.weekday()] and o.opens <= clock < o.closes for o in schedule.weekly)


FIRST = datetime(2026, 1, 2, tzinfo=UTC)
MOMENTS = st.integers(0, 362 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes))


@given(schedules(), MOMENTS)
def test_it_is_open_when_the_sign_on_the_door_says_so(schedule: Schedule, moment: datetime) -> None:
    local = moment.astimezone(ZoneInfo(schedule.timezone))
    if local.fold or local.utcoffset() != (local - timedelta(hours=2)).utcoffset():
        return  # the hour that comes twice: the sign cannot say which one is meant
    assert is_open(schedule, moment) == _open_by_the_wall(schedule, moment)


@given(schedules(), MOMENTS)
def test_until_the_next_change_nothing_changes_and_there_it_does(schedule: Schedule, moment: datetime) -> None:
    change = next_change(schedule, moment)
    now = is_open(schedule, moment)
    if change is None:
        assert all(is_open(schedule, moment + timedelta(hours=7 * n)) == now for n in range(200))
        return
    assert change > moment
    assert is_open(schedule, change) != now
    step = (change - moment) / 50
    assert all(is_open(schedule, moment + n * step) == now for n in range(50))


def test_a_day_of_a_clock_change_opens_and_closes_by_the_wall_clock() -> None:
    sundays = Schedule("Europe/Berlin", [Opening("sunday", "09:00", "17:00")])
    assert next_change(sundays, at("2026-03-28T12:00")) == at("2026-03-29T09:00")
    assert next_change(sundays, at("2026-03-29T10:00")) == at("2026-03-29T17:00")
    assert next_change(sundays, at("2026-10-25T10:00")) == at("2026-10-25T17:00")


def test_a_yearly_holiday_is_closed_in_every_year() -> None:
    assert not is_open(BERLIN, at("2026-12-25T10:00"))
    assert not is_open(BERLIN, at("2028-12-25T10:00"))
    assert next_change(BERLIN, at("2026-12-24T18:00")) == at("2026-12-28T09:00")


def test_openings_that_meet_at_midnight_are_one() -> None:
    night = Schedule("UTC", [Opening("friday", "22:00", "24:00"), Opening("saturday", "00:00", "06:00")])
    assert next_change(night, at("2026-11-20T23:00", "UTC")) == at("2026-11-21T06:00", "UTC")


def test_without_a_schedule_and_with_all_hours_it_never_closes() -> None:
    always = Schedule("Europe/Berlin", [Opening(day, "00:00", "24:00") for day in DAYS])
    assert is_open(None, at("2026-11-22T03:00")) and next_change(None, at("2026-11-22T03:00")) is None
    assert is_open(always, at("2026-11-22T03:00")) and next_change(always, at("2026-11-22T03:00")) is None


@pytest.mark.parametrize(
    ("schedule", "field", "code"),
    [
        (Schedule("Mars/Olympus", WEEK), "timezone", "unknown"),
        (Schedule("../../etc/passwd", WEEK), "timezone", "unknown"),
        (Schedule("", WEEK), "timezone", "unknown"),
        (Schedule("Europe", WEEK), "timezone", "unknown"),
        (Schedule("UTC", [Opening("monday", "9:00", "17:00")]), "weekly", "invalid_time"),
        (Schedule("UTC", [Opening("monday", "09:60", "17:00")]), "weekly", "invalid_time"),
        (Schedule("UTC", [Opening("monday", "17:00", "09:00")]), "weekly", "ends_before_it_begins"),
        (Schedule("UTC", [Opening("monday", "09:00", "24:01")]), "weekly", "invalid_time"),
        (
            Schedule("UTC", [Opening("monday", "09:00", "12:00"), Opening("monday", "11:00", "13:00")]),
            "weekly",
            "overlapping",
        ),
        (Schedule("UTC", WEEK, [Holiday(date(2026, 1, 1), "x" * 81)]), "holidays", "too_long"),
    ],
)
def test_what_cannot_be_a_schedule_is_refused_with_the_field(schedule: Schedule, field: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked(schedule)
    assert refused.value.fields["errors"] == [{"field": field, "code": code}]

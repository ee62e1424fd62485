"""When a schedule is open. Pure: local days of the schedule's zone become spans of UTC, so that clock changes are no case of their own."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from harken.hours.model import Day, Schedule
from harken.kit.errors import Invalid

DAYS: tuple[Day, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MOST_OPENINGS = 70
MOST_HOLIDAYS = 500
MOST_NAME = 80
_AHEAD = 800  # days: a yearly 29 February among closed years is nobody's opening, and nothing else is rarer
_MINUTES = 24 * 60

Span = tuple[datetime, datetime]  # [from, to), UTC


def checked(schedule: Schedule) -> Schedule:
    """Raises Invalid for what cannot be a schedule: an unknown zone, times that are none, openings that overlap."""
    zone_of(schedule)
    if len(schedule.weekly) > MOST_OPENINGS:
        raise Invalid(("weekly", "too_many"))
    if len(schedule.holidays) > MOST_HOLIDAYS:
        raise Invalid(("holidays", "too_many"))
    if any(len(holiday.name) > MOST_NAME for holiday in schedule.holidays):
        raise Invalid(("holidays", "too_long"))
    for day in DAYS:
        last = -1
        for opens, closes in _openings(schedule, day):
            if opens >= closes:
                raise Invalid(("weekly", "ends_before_it_begins"))
            if opens < last:
                raise Invalid(("weekly", "overlapping"))
            last = closes
    return schedule


def is_open(schedule: Schedule | None, at: datetime) -> bool:
    """Without a schedule one is always there."""
    if schedule is None:
        return True
    return any(begins <= at < ends for begins, ends in _spans_around(schedule, at, days=1))


def next_change(schedule: Schedule | None, at: datetime) -> datetime | None:
    """The first moment after `at` at which it opens or closes; None when that never comes."""
    if schedule is None:
        return None
    end: datetime | None = at if is_open(schedule, at) else None
    for begins, ends in _spans_around(schedule, at, days=_AHEAD):
        if ends <= at:
            continue
        if end is None:
            return begins
        if begins > end:
            return end
        end = max(end, ends)
    return None if end is None or end - at > timedelta(days=_AHEAD - 2) else end


def zone_of(schedule: Schedule) -> ZoneInfo:
    """Raises Invalid."""
    try:
        return ZoneInfo(schedule.timezone)
    except (KeyError, ValueError, OSError) as error:  # ZoneInfoNotFoundError is a KeyError; a folder's name an OSError
        raise Invalid(("timezone", "unknown")) from error


def _spans_around(schedule: Schedule, at: datetime, *, days: int) -> Iterator[Span]:
    """The openings from the local day before `at` on, in order."""
    zone = zone_of(schedule)
    first = at.astimezone(zone).date() - timedelta(days=1)
    for offset in range(days + 2):
        day = first + timedelta(days=offset)
        if _is_holiday(schedule, day):
            continue
        for opens, closes in _openings(schedule, DAYS[day.weekday()]):
            begins, ends = _instant(day, opens, zone), _instant(day, closes, zone)
            if begins < ends:  # an opening inside the hour that a clock change leaves out is none
                yield begins, ends


def _instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    whole, rest = divmod(minute, _MINUTES)
    local = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(days=whole, minutes=rest)
    return local.astimezone(UTC)


def _is_holiday(schedule: Schedule, day: date) -> bool:
    return any(
        holiday.date == day or (holiday.yearly and (holiday.date.month, holiday.date.day) == (day.month, day.day))
        for holiday in schedule.holidays
    )


def _openings(schedule: Schedule, day: Day) -> list[tuple[int, int]]:
    return sorted((_minute(each.opens), _minute(each.closes)) for each in schedule.weekly if each.day == day)


def _minute(text: str) -> int:
    """Of the day. Raises Invalid."""
    hours, colon, minutes = text.partition(":")
    digits = len(hours) == 2 and len(minutes) == 2 and (hours + minutes).isascii() and (hours + minutes).isdigit()
    if not colon or not digits or int(minutes) > 59 or int(hours) * 60 + int(minutes) > _MINUTES:
        raise Invalid(("weekly", "invalid_time"))
    return int(hours) * 60 + int(minutes)

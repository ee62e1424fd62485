"""Business hours as the API shows them. Pure."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class Opening(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Open on that day of every week from `opens` up to `closes`, local times as HH:MM; `closes` may be 24:00."""

    day: Day
    opens: str
    closes: str


class Holiday(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Closed on that whole local day, in that year or in every year."""

    date: date
    name: str = ""
    yearly: bool = False


class Schedule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When one is there. `timezone`: a name of the IANA database."""

    timezone: str
    weekly: list[Opening]
    holidays: list[Holiday] = []


class Hours(msgspec.Struct, frozen=True):
    """The schedule that counts for a team, or (`team_id` null) for all teams without one of their own.

    `inherited`: the team has none of its own, and this is the workspace's. `schedule` null: there is none, always open.
    `changes_at`: when it opens or closes next; null when it never does.
    """

    team_id: UUID | None
    schedule: Schedule | None
    inherited: bool
    open_now: bool
    changes_at: datetime | None

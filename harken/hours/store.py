"""Schedules and the hours that follow from them. Private to this domain, but for `get_hours`."""

from datetime import datetime
from uuid import UUID

import msgspec

from harken.hours.model import Hours, Schedule
from harken.hours.rules import is_open, next_change
from harken.kit.db import Tx, queries_beside
from harken.kit.errors import NotFound

_Q = queries_beside(__file__)


async def get_hours(tx: Tx, workspace_id: UUID, team_id: UUID | None, at: datetime) -> Hours:
    """What counts for a team, or for those without one. Raises NotFound for an unknown team."""
    if team_id is not None and not await _Q.value(tx, "has_team", workspace_id=workspace_id, team_id=team_id):
        raise NotFound("no such team")
    row = await _Q.row(tx, "find_schedule", workspace_id=workspace_id, team_id=team_id)
    if row is None:
        return _hours(team_id, None, at, inherited=team_id is not None)
    return _hours(team_id, row["schedule"], at, inherited=row["team_id"] != team_id)


async def list_hours(tx: Tx, workspace_id: UUID, at: datetime) -> list[Hours]:
    """Those that are set: the workspace's first, then the teams' own."""
    rows = await _Q.rows(tx, "list_schedules", workspace_id=workspace_id)
    return [_hours(row["team_id"], row["schedule"], at, inherited=False) for row in rows]


async def save_schedule(tx: Tx, workspace_id: UUID, team_id: UUID | None, schedule: Schedule) -> None:
    value = msgspec.to_builtins(schedule)
    await _Q.run(tx, "save_schedule", workspace_id=workspace_id, team_id=team_id, schedule=value)


async def delete_schedule(tx: Tx, workspace_id: UUID, team_id: UUID | None) -> None:
    await _Q.run(tx, "delete_schedule", workspace_id=workspace_id, team_id=team_id)


def _hours(team_id: UUID | None, stored: object, at: datetime, *, inherited: bool) -> Hours:
    schedule = None if stored is None else msgspec.convert(stored, Schedule)
    return Hours(team_id, schedule, inherited, is_open(schedule, at), next_change(schedule, at))

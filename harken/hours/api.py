"""/api/hours and a team's own: everybody reads, supervisors and admins change."""

from uuid import UUID

import msgspec
from litestar import delete, get, put

from harken.hours import store
from harken.hours.model import Hours, Schedule
from harken.hours.rules import checked
from harken.people.model import Caller
from harken.port.services import Services


class HoursPage(msgspec.Struct, frozen=True):
    """Those that are set: the workspace's (`team_id` null) first, then the teams' own."""

    items: list[Hours]
    next_cursor: str | None = None


@get("/api/hours", tags=["hours"])
async def list_hours(caller: Caller, services: Services) -> HoursPage:
    """Every schedule that is set; without one, a team is always open."""
    async with services.db.connection() as connection:
        return HoursPage(await store.list_hours(connection, caller.workspace_id, services.clock.now()))


@put("/api/hours", tags=["hours"])
async def put_hours(caller: Caller, services: Services, data: Schedule) -> Hours:
    """The workspace's, for all teams without their own."""
    return await _save(caller, services, None, data)


@delete("/api/hours", tags=["hours"], status_code=204)
async def delete_hours(caller: Caller, services: Services) -> None:
    """Always open, but for teams with their own."""
    await _forget(caller, services, None)


@get("/api/teams/{team_id:uuid}/hours", tags=["hours"])
async def get_team_hours(caller: Caller, services: Services, team_id: UUID) -> Hours:
    """What counts for the team: its own, or the workspace's."""
    async with services.db.connection() as connection:
        return await store.get_hours(connection, caller.workspace_id, team_id, services.clock.now())


@put("/api/teams/{team_id:uuid}/hours", tags=["hours"])
async def put_team_hours(caller: Caller, services: Services, team_id: UUID, data: Schedule) -> Hours:
    """The team's own."""
    return await _save(caller, services, team_id, data)


@delete("/api/teams/{team_id:uuid}/hours", tags=["hours"], status_code=204)
async def delete_team_hours(caller: Caller, services: Services, team_id: UUID) -> None:
    """The workspace's count for the team again."""
    await _forget(caller, services, team_id)


async def _save(caller: Caller, services: Services, team_id: UUID | None, schedule: Schedule) -> Hours:
    caller.require("supervisor")
    schedule, now = checked(schedule), services.clock.now()
    async with services.db.tx() as tx:
        await store.get_hours(tx, caller.workspace_id, team_id, now)
        await store.save_schedule(tx, caller.workspace_id, team_id, schedule)
        return await store.get_hours(tx, caller.workspace_id, team_id, now)


async def _forget(caller: Caller, services: Services, team_id: UUID | None) -> None:
    caller.require("supervisor")
    async with services.db.tx() as tx:
        await store.get_hours(tx, caller.workspace_id, team_id, services.clock.now())
        await store.delete_schedule(tx, caller.workspace_id, team_id)


ROUTES = [list_hours, put_hours, delete_hours, get_team_hours, put_team_hours, delete_team_hours]

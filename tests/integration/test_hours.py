"""Business hours over HTTP: a team's own before the workspace's."""

from harken.port.services import Services
from tests.web import serving
from tests.world import World

WEEK = {"timezone": "Europe/Berlin", "weekly": [{"day": "monday", "opens": "09:00", "closes": "17:00"}]}
ALWAYS: dict[str, object] = {"timezone": "UTC", "weekly": []}


async def test_a_team_has_its_own_hours_or_else_the_workspaces(services: Services, world: World) -> None:
    async with serving(services) as web:
        ada, ben = await web.signed_in(world.ada), await web.signed_in(world.ben)
        team = f"/api/teams/{world.returns}/hours"
        nothing = (await ben.get(team)).json()
        assert (nothing["schedule"], nothing["open_now"], nothing["inherited"]) == (None, True, True)
        await ada.put("/api/hours", json=WEEK)
        assert (await ben.get(team)).json()["schedule"]["weekly"] == WEEK["weekly"]
        await ada.put(team, json=ALWAYS)
        own = (await ben.get(team)).json()
        assert (own["inherited"], own["open_now"]) == (False, False)
        assert [each["team_id"] for each in (await ben.get("/api/hours")).json()["items"]] == [None, str(world.returns)]
        await ada.delete(team)
        assert (await ben.get(team)).json()["inherited"] is True


async def test_saving_twice_keeps_one(services: Services, world: World) -> None:
    async with serving(services) as web:
        ada = await web.signed_in(world.ada)
        for _ in range(2):
            assert (await ada.put("/api/hours", json=WEEK)).status_code == 200
        assert len((await ada.get("/api/hours")).json()["items"]) == 1
        assert (await ada.put("/api/hours", json={**WEEK, "timezone": "Nowhere/Land"})).status_code == 422

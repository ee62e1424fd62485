"""One's own preferences: merged key by key, and told to one's own pages alone."""

from harken.port.services import Services
from tests.live import running
from tests.world import World


async def test_a_changed_preference_reaches_ones_own_other_pages_and_nobody_elses(
    services: Services, world: World
) -> None:
    async with running(services) as server:
        mine, bens = await server.page(world.ada), await server.page(world.ben)
        ada = await server.client(world.ada)
        await ada.patch("/api/me", json={"preferences": {"theme": "dark", "density": "compact"}})
        await ada.patch("/api/me", json={"preferences": {"theme": None}})
        first, second = await mine.wait("preferences_changed"), await mine.wait("preferences_changed")
        assert first["data"]["preferences"] == {"theme": "dark", "density": "compact"}
        assert second["data"]["preferences"] == {"density": "compact"}
        assert (await ada.get("/api/snapshot")).json()["me"]["preferences"] == {"density": "compact"}
        assert [frame for frame in await bens.quiet() if frame["type"] == "preferences_changed"] == []


async def test_saying_the_same_again_tells_nobody(services: Services, world: World) -> None:
    async with running(services) as server:
        ada = await server.client(world.ada)
        await ada.patch("/api/me", json={"preferences": {"theme": "dark"}})
        mine = await server.page(world.ada)
        await ada.patch("/api/me", json={"preferences": {"theme": "dark"}})
        assert [frame["type"] for frame in await mine.quiet()] in ([], ["presence"])

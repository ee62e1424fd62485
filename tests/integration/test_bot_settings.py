"""Setting a bot up over HTTP: where it answers, its versions, its keys, and what it would have said."""

import contextlib
from collections.abc import AsyncGenerator
from typing import Any

import httpx

from harken.port.services import Services
from tests.web import serving
from tests.world import World

FIRST = {"document": "start: a\nsteps:\n  a: {type: close, text: First, reason: done}\n"}
SECOND = {"document": "start: a\nsteps:\n  a: {type: close, text: Second, reason: done}\n"}


@contextlib.asynccontextmanager
async def admin(services: Services, world: World) -> AsyncGenerator[httpx.AsyncClient]:
    async with serving(services) as web:
        yield await web.signed_in(world.ada)


async def made(ada: httpx.AsyncClient, **given: Any) -> dict[str, Any]:
    answer = await ada.post("/api/bots", json={"name": "Robo", "kind": "flow", "settings": FIRST, **given})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_another_binding_of_the_same_bot_keeps_its_time_out(services: Services, world: World) -> None:
    async with admin(services, world) as ada:
        bot, other = await made(ada), await made(ada, name="Other")

        async def bound(**binding: Any) -> Any:
            answer = await ada.patch(f"/api/channels/{world.api_channel}", json={"bot": binding})
            assert answer.status_code == 200, answer.text
            return answer.json()["bot"]["timeout_seconds"]

        assert await bound(id=bot["id"], when="always", timeout_seconds=7) == 7
        assert await bound(id=bot["id"], when="delegated") == 7
        assert await bound(id=bot["id"], when="delegated", timeout_seconds=None) is None
        assert await bound(id=bot["id"], when="always", timeout_seconds=9) == 9
        assert await bound(id=other["id"], when="always") is None

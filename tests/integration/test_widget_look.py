"""How the widget looks: settings that reach the visitor's page, the line to embed, and the preview."""

from collections.abc import Mapping

import httpx

from harken.port.services import Services
from tests.web import Web, serving
from tests.world import World

LOOK = {"title": "Lamp help", "accent": "#ffcc00", "side": "start", "allowed_origins": ["https://shop.example"]}


async def _made(client: httpx.AsyncClient, settings: Mapping[str, object]) -> httpx.Response:
    return await client.post("/api/channels", json={"name": "Web", "connector": "webchat", "settings": settings})


async def _session(web: Web, channel: str) -> dict[str, object]:
    visitor = await web.nobody()
    answer = await visitor.post(f"/widget/api/{channel}/session", json={"origin": "http://testserver"})
    return answer.json()["channel"]


async def test_a_channels_look_reaches_its_visitors_and_its_line_to_embed(services: Services, world: World) -> None:
    async with serving(services) as web:
        ada = await web.signed_in(world.ada)
        made = (await _made(ada, LOOK)).json()
        assert 'data-accent="#ffcc00" data-side="start"' in made["embed_code"]
        shown = await _session(web, made["id"])
        assert (shown["title"], shown["accent"]) == ("Lamp help", "#ffcc00")


async def test_a_look_that_is_none_is_refused_in_its_field(services: Services, world: World) -> None:
    async with serving(services) as web:
        ada = await web.signed_in(world.ada)
        for field, value in (("accent", 'red"onload="x'), ("side", "top"), ("title", "x" * 61)):
            answer = await _made(ada, {field: value})
            assert answer.status_code == 422, field
            assert [error["field"] for error in answer.json()["errors"]] == [f"settings.{field}"]


async def test_the_preview_may_be_framed_by_harken_alone(services: Services, world: World) -> None:
    async with serving(services) as web:
        nobody = await web.nobody()
        policy = (await nobody.get("/widget/preview")).headers["content-security-policy"]
        assert policy.endswith("frame-ancestors 'self'")

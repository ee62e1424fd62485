"""One's own sessions: listed in words, ended, never planted, and gone from the sockets too."""

import asyncio
from datetime import timedelta

from harken.kit.clock import ManualClock
from harken.port.services import Services
from tests.live import running
from tests.web import serving
from tests.world import PASSWORD, World

ADA = {"email": "ada@example.com", "password": PASSWORD}
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


async def test_ones_sessions_are_listed_in_words_without_anything_to_steal(
    services: Services, world: World, clock: ManualClock
) -> None:
    async with serving(services) as web:
        ada, _, ben = [await web.signed_in(who) for who in (world.ada, world.ada, world.ben)]
        browser = await web.nobody()
        browser.headers["User-Agent"] = FIREFOX
        assert (await browser.post("/api/session", json=ADA)).status_code == 201
        listed = (await browser.get("/api/sessions")).json()["items"]
        assert [(s["browser"], s["system"], s["current"]) for s in listed if s["browser"]] == [
            ("Firefox", "Linux", True)
        ]
        assert (len(listed), len((await ben.get("/api/sessions")).json()["items"])) == (3, 1)
        async with services.db.connection() as connection:
            secrets = await connection.fetch("select encode(token_hash, 'hex') as hash, csrf_token from session")
        text = (await browser.get("/api/sessions")).text
        assert not any(value in text for row in secrets for value in row.values())
        clock.advance(timedelta(minutes=5))
        await asyncio.sleep(1.1)  # what the doorkeeper remembers is gone
        first = (await ada.get("/api/sessions")).json()["items"][0]
        assert first["current"]
        assert first["last_seen_at"] == clock.now().isoformat().replace("+00:00", "Z"), "in use, to the minute"


async def test_a_session_is_ended_by_its_owner_alone_and_all_others_at_once(services: Services, world: World) -> None:
    async with serving(services) as web:
        here, there, third, ben = [await web.signed_in(who) for who in (world.ada, world.ada, world.ada, world.ben)]
        ids = {s["current"]: s["id"] for s in (await there.get("/api/sessions")).json()["items"]}
        assert (await ben.delete(f"/api/sessions/{ids[True]}")).status_code == 404
        assert (await here.delete(f"/api/sessions/{ids[True]}")).status_code == 204
        assert [(await c.get("/api/session")).status_code for c in (here, there, third)] == [200, 401, 200]
        assert (await here.delete("/api/sessions")).status_code == 204
        assert [(await c.get("/api/session")).status_code for c in (here, third, ben)] == [200, 401, 200]


async def test_a_sign_in_gives_new_tokens_and_ends_what_the_browser_came_with(services: Services, world: World) -> None:
    async with serving(services) as web:
        victim, attacker = await web.nobody(), await web.nobody()
        await victim.post("/api/session", json={**ADA, "email": "ben@example.com"})  # a planted session
        planted = victim.cookies["harken_session"]
        assert (await victim.post("/api/session", json=ADA)).status_code == 201
        assert victim.cookies["harken_session"] != planted
        attacker.cookies.set("harken_session", planted)
        assert (await attacker.get("/api/session")).status_code == 401
        assert (await victim.get("/api/session")).json()["me"]["id"] == str(world.ada)


async def test_a_session_that_was_ended_elsewhere_closes_its_socket_and_a_limited_one_opens_none(
    services: Services, world: World
) -> None:
    async with running(services) as server:
        token, _ = await server.session(world.ben)
        page, elsewhere = await server.page(world.ben, token=token), await server.client(world.ben)
        assert (await elsewhere.delete("/api/sessions")).status_code == 204
        assert await page.closed() == 4003
        async with services.db.tx() as tx:
            await tx.execute("update workspace set second_factor_required = true")
        limited, _ = await server.session(world.ben)
        refused = await server.open("/api/live", {"Cookie": f"harken_session={limited}"})
        assert await refused.closed() == 4003

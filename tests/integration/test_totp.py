"""The second factor: set up, asked for, good once, limited, recovered, required of everybody."""

import asyncio
import base64
from datetime import timedelta
from typing import Any

import httpx

from harken.kit.clock import ManualClock
from harken.people.totp import code_at
from harken.port.services import Services
from tests.web import Web, serving
from tests.world import PASSWORD, World

BEN = {"email": "ben@example.com", "password": PASSWORD}


class App:
    """An authenticator app that has scanned a secret."""

    def __init__(self, secret: str, clock: ManualClock) -> None:
        self._secret, self._clock = base64.b32decode(secret), clock

    def code(self, steps: int = 0) -> str:
        return code_at(self._secret, int(self._clock.now().timestamp()) // 30 + steps)


async def enrolled(client: httpx.AsyncClient, clock: ManualClock, **begun: Any) -> tuple[App, list[str]]:
    """The app and the recovery codes of an agent who has just set up a second factor."""
    enrolment = await client.post("/api/me/totp", json={"password": PASSWORD, **begun})
    assert enrolment.status_code == 200, enrolment.text
    app = App(enrolment.json()["secret"], clock)
    confirmed = await client.put("/api/me/totp", json={"code": app.code()})
    assert confirmed.status_code == 200, confirmed.text
    clock.advance(timedelta(seconds=60))  # codes of the set-up are used up
    return app, confirmed.json()["codes"]


async def sign_in(web: Web, **more: Any) -> httpx.Response:
    return await (await web.nobody()).post("/api/session", json={**BEN, **more})


async def test_a_second_factor_is_asked_for_once_it_is_confirmed(
    services: Services, world: World, clock: ManualClock
) -> None:
    async with serving(services) as web:
        ben = await web.signed_in(world.ben)
        begun = (await ben.post("/api/me/totp", json={"password": PASSWORD})).json()
        assert "Acme" in begun["uri"]
        assert begun["secret"] in begun["uri"]
        assert begun["qr_svg"].startswith("<svg")
        assert (await sign_in(web)).status_code == 201, "a set-up that was only begun asks for nothing"
        wrong = await ben.put("/api/me/totp", json={"code": "000000"})
        assert (wrong.status_code, wrong.json()["errors"][0]["code"]) == (422, "wrong_code")
        app, codes = await enrolled(ben, clock)
        assert len(set(codes)) == 10
        asked = await sign_in(web)
        assert (asked.status_code, asked.json()["code"]) == (401, "totp_required")
        assert (await sign_in(web, totp=f" {app.code()[:3]} {app.code()[3:]}")).status_code == 201


async def test_a_code_is_good_once_even_for_two_at_once(services: Services, world: World, clock: ManualClock) -> None:
    async with serving(services) as web:
        app, codes = await enrolled(await web.signed_in(world.ben), clock)
        both = await asyncio.gather(*(sign_in(web, totp=app.code()) for _ in range(2)))
        assert sorted(answer.status_code for answer in both) == [201, 401]
        earlier = await sign_in(web, totp=app.code(-1))
        assert (earlier.status_code, earlier.json()["code"]) == (401, "totp_wrong")
        recovered = [await sign_in(web, totp=codes[0].upper().replace("-", " ")) for _ in range(2)]
        assert [answer.status_code for answer in recovered] == [201, 401]


async def test_a_wrong_password_learns_nothing_of_the_second_factor(
    services: Services, world: World, clock: ManualClock
) -> None:
    async with serving(services) as web:
        app, _ = await enrolled(await web.signed_in(world.ben), clock)
        answers = [
            await sign_in(web, password="wrong"),
            await sign_in(web, password="wrong", totp=app.code()),
            await sign_in(web, email="nobody@example.com", totp=app.code()),
            await sign_in(web, email="cleo@example.com", password="wrong"),
        ]
        assert {answer.text for answer in answers} == {answers[0].text}
        assert answers[0].json()["code"] == "wrong_credentials"
        assert (await sign_in(web, totp=app.code())).status_code == 201, "no code was used up"


async def test_codes_can_be_guessed_five_times_and_a_recovery_code_still_opens(
    services: Services, world: World, clock: ManualClock
) -> None:
    async with serving(services) as web:
        app, codes = await enrolled(await web.signed_in(world.ben), clock)
        guesses = await asyncio.gather(*(sign_in(web, totp=f"{n:06}") for n in range(8)))
        assert sorted(guess.status_code for guess in guesses) == [401] * 5 + [429] * 3
    async with serving(services) as web:  # another process counts on
        assert (await sign_in(web, totp=app.code())).status_code == 429
        assert (await sign_in(web, totp=codes[3])).status_code == 201
        clock.advance(timedelta(minutes=16))
        assert (await sign_in(web, totp=app.code())).status_code == 201


async def test_only_who_proves_it_is_them_changes_a_second_factor(
    services: Services, world: World, clock: ManualClock
) -> None:
    async with serving(services) as web:
        ben, token = await web.signed_in(world.ben), await web.with_token(world.ben)
        assert (await ben.post("/api/me/totp", json={"password": "wrong"})).status_code == 422
        assert (await token.post("/api/me/totp", json={"password": PASSWORD})).status_code == 403
        app, codes = await enrolled(ben, clock)
        assert (await ben.post("/api/me/totp", json={"password": PASSWORD})).status_code == 422, (
            "the old one is asked for"
        )
        newer, newer_codes = await enrolled(ben, clock, code=app.code())
        assert (await sign_in(web, totp=codes[0])).status_code == 401
        assert (await sign_in(web, totp=newer_codes[0])).status_code == 201
        renewed = (await ben.post("/api/me/recovery-codes", json={"code": newer.code()})).json()["codes"]
        assert (await sign_in(web, totp=newer_codes[1])).status_code == 401
        assert (await ben.request("DELETE", "/api/me/totp", json={})).status_code == 422
        assert (await ben.request("DELETE", "/api/me/totp", json={"code": renewed[0]})).status_code == 204
        assert (await sign_in(web)).status_code == 201


async def test_a_new_second_factor_ends_other_sessions_and_secrets_are_sealed(
    services: Services, world: World, clock: ManualClock
) -> None:
    async with serving(services) as web:
        ben, elsewhere = await web.signed_in(world.ben), await web.signed_in(world.ben)
        enrolment = (await ben.post("/api/me/totp", json={"password": PASSWORD})).json()
        _, codes = await enrolled(ben, clock)
        assert [(await c.get("/api/session")).status_code for c in (ben, elsewhere)] == [200, 401]
        async with services.db.connection() as connection:
            kept = await connection.fetchval("select string_agg(t::text, '') from agent_totp t")
            kept += await connection.fetchval("select string_agg(r::text, '') from recovery_code r")
        assert enrolment["secret"] not in kept
        assert base64.b32decode(enrolment["secret"]).hex() not in kept
        assert not any(code in kept or code.replace("-", "").encode().hex() in kept for code in codes)


async def test_an_admin_helps_who_has_lost_their_phone_and_ends_their_sessions(
    services: Services, world: World, clock: ManualClock
) -> None:
    async with serving(services) as web:
        ada, ben, sue = [await web.signed_in(who) for who in (world.ada, world.ben, world.sue)]
        await enrolled(ben, clock)
        assert (await sue.delete(f"/api/agents/{world.ben}/totp")).status_code == 403
        assert (await ada.delete(f"/api/agents/{world.ada}/totp")).status_code == 409, "one's own needs a proof"
        assert (await ada.delete(f"/api/agents/{world.ben}/totp")).status_code == 204
        assert (await ben.get("/api/session")).status_code == 401
        assert (await sign_in(web)).status_code == 201


async def test_where_everybody_must_have_one_a_session_is_limited_until_it_is_set_up(
    services: Services, world: World, clock: ManualClock
) -> None:
    async with serving(services) as web:
        ada, before = await web.signed_in(world.ada), await web.signed_in(world.ben)
        rule = {"second_factor_required": True}
        own = await ada.patch("/api/workspace/sign-in", json=rule)
        assert (own.status_code, own.json()["code"]) == (409, "own_factor_first")
        await enrolled(ada, clock)
        told = (await ada.patch("/api/workspace/sign-in", json=rule)).json()
        assert {agent["name"]: agent["second_factor"] for agent in told["agents"]} == {
            "Ada": True, "Ben": False, "Cleo": False, "Sue": False,
        }  # fmt: skip
        assert (await before.get("/api/session")).status_code == 401, "weak sessions end"

        ben = await web.nobody()
        entered = await ben.post("/api/session", json=BEN)
        assert (entered.status_code, entered.json()["second_factor_needed"]) == (201, True)
        ben.headers["X-CSRF-Token"] = entered.json()["csrf_token"]
        for method, path in (("GET", "/api/snapshot"), ("GET", "/api/conversations"), ("POST", "/api/tokens")):
            refused = await ben.request(method, path, json={"name": "x", "scopes": ["read"]})
            assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_needed"), path
        limited = ben.cookies["harken_session"]
        await enrolled(ben, clock)
        assert ben.cookies["harken_session"] != limited, "who may do more gets another token"
        assert (await ben.get("/api/session")).json()["second_factor_needed"] is False
        assert (await ben.get("/api/snapshot")).status_code == 200
        stale = await web.nobody()
        stale.cookies.set("harken_session", limited)
        assert (await stale.get("/api/session")).status_code == 401
        ben.headers["X-CSRF-Token"] = ben.cookies["csrf_token"]
        kept = await ben.request("DELETE", "/api/me/totp", json={"password": PASSWORD})
        assert (kept.status_code, kept.json()["code"]) == (409, "second_factor_required")

"""Signing in through a real OpenID Connect provider, and every way in which that must fail."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from harken.kit.clock import Clock, SystemClock
from harken.kit.settings import Settings
from harken.port.services import Services
from tests.oidc import Elsewhere, problem_of, provider_process, query_of, sign_in_there
from tests.web import Web, serving
from tests.world import PASSWORD, World

SECRET = "a secret of the provider's, for tests alone"
ACCOUNTS = {
    "ada": {"email": "ada@example.com", "email_verified": True, "name": "Ada"},
    "ben": {"email": "Ben@Example.com", "email_verified": True, "name": "Ben"},
    "dora": {"email": "dora@example.com", "email_verified": True, "name": "Dora  Diaz"},
    "liar": {"email": "ada@example.com", "email_verified": False, "name": "Liar"},
    "stranger": {"email": "eve@elsewhere.example", "email_verified": True, "name": "Eve"},
    "nameless": {"name": "No Address"},
}


@pytest.fixture(scope="module")
def process() -> Iterator[Elsewhere]:
    with provider_process() as elsewhere:
        yield elsewhere


@pytest.fixture
def clock() -> Clock:
    return SystemClock()  # the provider's tokens are of now


@pytest.fixture
def settings(tmp_path: Path, database_dsn: str) -> Settings:
    return Settings(
        data=tmp_path / "data", database_url=database_dsn, public_url="http://testserver", allow_private_sign_in=True
    )


class Desk:
    """A workspace with the provider, and browsers that go there and back."""

    def __init__(self, web: Web, elsewhere: Elsewhere, world: World) -> None:
        self.web, self.elsewhere, self.world = web, elsewhere, world
        self.id = ""

    async def offer(self, **changed: Any) -> dict[str, Any]:
        """The provider as an admin makes it."""
        ada = await self.web.signed_in(self.world.ada)
        wanted = {
            "name": "Acme ID", "issuer": self.elsewhere.issuer, "client_id": "harken", "client_secret": SECRET,
            "allowed_domains": ["example.com"],
        }  # fmt: skip
        made = await ada.post("/api/oidc-providers", json={**wanted, **changed})
        assert made.status_code == 201, made.text
        self.id = made.json()["id"]
        self.at_the_provider()
        return made.json()

    def at_the_provider(self, accounts: dict[str, Any] = ACCOUNTS, *, key: int = 0, **changed: Any) -> None:
        client = {"client_id": "harken", "client_secret": SECRET, "redirect_uris": [self.path("callback", home=True)]}
        self.elsewhere.set_up([{**client, **changed}], accounts, key=key)

    def path(self, end: str, *, home: bool = False) -> str:
        return ("http://testserver" if home else "") + f"/auth/oidc/{self.id}/{end}"

    async def set_out(self, browser: httpx.AsyncClient, next: str = "/") -> str:
        """The address at the provider."""
        sent = await browser.get(self.path("start"), params={"next": next})
        assert sent.status_code == 303, sent.text
        return sent.headers["location"]

    async def come(self, login: str, browser: httpx.AsyncClient | None = None, next: str = "/") -> httpx.Response:
        """All the way: what the callback answers."""
        browser = browser or await self.web.nobody()
        return await browser.get(await sign_in_there(await self.set_out(browser, next), login))

    async def who(self, browser: httpx.AsyncClient) -> dict[str, Any]:
        answer = await browser.get("/api/session")
        assert answer.status_code == 200, answer.text
        return answer.json()["me"]


async def change_agent(services: Services, agent: UUID, column: str, value: object) -> None:
    async with services.db.tx() as tx:
        await tx.execute(f"update agent set {column} = $2 where id = $1", agent, value)


async def test_an_agent_comes_in_through_the_provider_and_goes_on_to_where_they_wanted(
    services: Services, world: World, process: Elsewhere
) -> None:
    async with serving(services) as web:
        desk, browser = Desk(web, process, world), await web.nobody()
        made = await desk.offer(button="Acme account")
        assert SECRET not in str(made)
        offered = (await browser.get("/api/sign-in")).json()
        assert offered == {
            "providers": [{"id": desk.id, "name": "Acme ID", "button": "Acme account"}],
            "password": True,
        }
        sent = query_of(await desk.set_out(browser))
        assert (sent["code_challenge_method"], sent["response_type"]) == ("S256", "code")
        entered = await desk.come("ben", browser, "/inbox/1?unread=1")
        assert (entered.status_code, entered.headers["location"]) == (303, "/inbox/1?unread=1")
        assert (await desk.who(browser))["id"] == str(world.ben)
        assert [s["entered_by"] for s in (await browser.get("/api/sessions")).json()["items"]] == ["provider"]
        cookies = [c for c in entered.headers.get_list("set-cookie") if c.startswith("harken_session")]
        assert len(cookies) == 1 and "HttpOnly" in cookies[0] and "SameSite=lax" in cookies[0]


async def test_a_changed_address_neither_loses_nor_steals_an_account(
    services: Services, world: World, process: Elsewhere
) -> None:
    async with serving(services) as web:
        desk = Desk(web, process, world)
        await desk.offer()
        assert (await desk.come("ben")).headers["location"] == "/"
        moved = {"ben": {**ACCOUNTS["ben"], "email": "ada@example.com"}, "heir": ACCOUNTS["ben"]}
        desk.at_the_provider(moved)
        browser = await web.nobody()
        await desk.come("ben", browser)
        assert (await desk.who(browser))["id"] == str(world.ben), "the same person, whatever their address is now"
        assert problem_of(await desk.come("heir")) == "linked_elsewhere", "who got the address does not get the account"


async def test_only_verified_addresses_of_allowed_domains_are_linked(
    services: Services, world: World, process: Elsewhere
) -> None:
    async with serving(services) as web:
        desk = Desk(web, process, world)
        await desk.offer(creates_agents=True)
        assert problem_of(await desk.come("liar")) == "email_unverified"
        assert problem_of(await desk.come("nameless")) == "email_unverified"
        assert problem_of(await desk.come("stranger")) == "wrong_domain"
        await change_agent(services, world.ben, "active", False)
        assert problem_of(await desk.come("ben")) == "deactivated"
        await change_agent(services, world.ben, "active", True)
        await desk.come("ben")
        await change_agent(services, world.ben, "active", False)
        browser = await web.nobody()
        assert problem_of(await desk.come("ben", browser)) == "deactivated", "also when they came in before"
        assert (await browser.get("/api/session")).status_code == 401


async def test_new_agents_are_made_only_where_that_is_wanted_or_they_are_invited(
    services: Services, world: World, process: Elsewhere
) -> None:
    async with serving(services) as web:
        desk, ada = Desk(web, process, world), await web.signed_in(world.ada)
        await desk.offer()
        assert problem_of(await desk.come("dora")) == "no_account"
        invitation = {"email": "DORA@example.com", "role": "supervisor", "team_ids": [str(world.orders)]}
        assert (await ada.post("/api/invitations", json=invitation)).status_code == 201
        browser = await web.nobody()
        assert (await desk.come("dora", browser)).headers["location"] == "/"
        me = await desk.who(browser)
        assert (me["name"], me["role"], me["team_ids"]) == ("Dora Diaz", "supervisor", [str(world.orders)])
        assert (await ada.get("/api/invitations")).json()["items"] == []
        await ada.patch(f"/api/oidc-providers/{desk.id}", json={"creates_agents": True})
        desk.at_the_provider({"max": {"email": "max@example.com", "email_verified": True}})
        await desk.come("max", browser)
        me = await desk.who(browser)
        assert (me["name"], me["role"]) == ("max", "agent")
        refused = await browser.request("POST", "/api/me/totp", json={"password": ""},
            headers={"X-CSRF-Token": browser.cookies["csrf_token"]})  # fmt: skip
        assert refused.json()["code"] == "no_password"


async def test_a_callback_counts_once_in_the_browser_that_began_it(
    services: Services, world: World, process: Elsewhere
) -> None:
    async with serving(services) as web:
        desk, victim, thief = Desk(web, process, world), await web.nobody(), await web.nobody()
        await desk.offer()
        back = await sign_in_there(await desk.set_out(victim), "ben")
        assert problem_of(await thief.get(back)) == "expired", "another browser began nothing"
        await desk.set_out(thief)
        assert problem_of(await thief.get(back)) == "expired", "or something else"
        kept = victim.cookies["harken_sign_in"]
        tampered = back.replace("state=", "state=x")
        assert problem_of(await victim.get(tampered)) == "expired"
        victim.cookies.set("harken_sign_in", kept, domain="testserver.local", path="/auth/oidc")
        assert (await victim.get(back)).headers["location"] == "/"
        assert problem_of(await victim.get(back)) == "expired", "a second time"
        replayer = await web.nobody()
        replayer.headers["Cookie"] = f"harken_sign_in={kept}"
        assert problem_of(await replayer.get(back)) == "expired", "the code is used up at the provider too"
        assert (await replayer.get("/api/session")).status_code == 401


async def test_answers_that_are_none_come_back_to_the_sign_in_page(
    services: Services, world: World, process: Elsewhere
) -> None:
    async with serving(services) as web:
        desk, browser = Desk(web, process, world), await web.nobody()
        await desk.offer()
        for given, problem in (
            ({"error": "access_denied"}, "cancelled"),
            ({"error": "server_error"}, "unreachable"),
            ({}, "refused"),
            ({"code": "made-up"}, "expired"),
            ({"code": "made-up", "iss": "https://evil.example"}, "refused"),
        ):
            state = query_of(await desk.set_out(browser, "/contacts"))["state"]
            answer = await browser.get(desk.path("callback"), params={"state": state, **given})
            assert problem_of(answer) == problem, given
            assert query_of(answer.headers["location"])["next"] == "/contacts"
        assert problem_of(await browser.get(desk.path("start").replace(desk.id, str(world.ada)))) == "unreachable"
        for next in ("//evil.example", "https://evil.example", "/\\evil.example"):
            assert (await desk.come("ben", browser, next)).headers["location"] == "/"


async def test_the_provider_may_change_its_keys_and_its_way_of_signing(
    services: Services, world: World, process: Elsewhere
) -> None:
    async with serving(services) as web:
        desk = Desk(web, process, world)
        await desk.offer()
        assert (await desk.come("ben")).headers["location"] == "/"
        desk.at_the_provider(key=1)
        assert (await desk.come("ben")).headers["location"] == "/"
        desk.at_the_provider(id_token_signed_response_alg="ES256", token_endpoint_auth_method="client_secret_basic")
        assert (await desk.come("ben")).headers["location"] == "/"


async def test_the_second_factor_is_the_providers_own(services: Services, world: World, process: Elsewhere) -> None:
    async with serving(services) as web:
        desk, browser = Desk(web, process, world), await web.nobody()
        await desk.offer()
        async with services.db.tx() as tx:
            await tx.execute("update workspace set second_factor_required = true")
        await desk.come("ben", browser)
        assert (await browser.get("/api/session")).json()["second_factor_needed"] is False
        assert (await browser.get("/api/snapshot")).status_code == 200


async def test_passwords_can_be_switched_off_once_the_provider_works(
    services: Services, world: World, process: Elsewhere
) -> None:
    async with serving(services) as web:
        desk, ada, guest = Desk(web, process, world), await web.signed_in(world.ada), await web.nobody()
        await desk.offer()
        off = {"password_sign_in": False}
        early = await ada.patch("/api/workspace/sign-in", json=off)
        assert (early.status_code, early.json()["code"]) == (409, "no_working_provider")
        await desk.come("ben")
        assert (await ada.patch("/api/workspace/sign-in", json=off)).json()["password_sign_in"] is False
        codes: list[str | None] = []
        for email, password in (("ben", PASSWORD), ("ben", "wrong"), ("ada", PASSWORD)):
            form = {"email": f"{email}@example.com", "password": password}
            codes.append((await guest.post("/api/session", json=form)).json().get("code"))
        assert codes == ["password_sign_in_off", "wrong_credentials", None]
        assert (await guest.get("/api/sign-in")).json()["password"] is False
        made = (await ada.post("/api/invitations", json={"email": "dan@example.com"})).json()
        link = f"/api/invitations/by-token/{made['token']}"
        assert (await guest.get(link)).json()["password"] is False
        taken = await guest.post(f"{link}/accept", json={"name": "Dan", "password": "long enough"})
        assert taken.json()["code"] == "password_sign_in_off"
        kept = await ada.delete(f"/api/oidc-providers/{desk.id}")
        assert (kept.status_code, kept.json()["code"]) == (409, "provider_needed")
        assert (await ada.patch("/api/workspace/sign-in", json={"password_sign_in": True})).status_code == 200
        assert (await ada.delete(f"/api/oidc-providers/{desk.id}")).status_code == 204


async def test_a_test_says_what_is_wrong(services: Services, world: World, process: Elsewhere) -> None:
    async with serving(services) as web:
        desk, ada = Desk(web, process, world), await web.signed_in(world.ada)
        await desk.offer()
        test = f"/api/oidc-providers/{desk.id}/test"
        assert (await ada.post(test)).json()["ok"] is True
        for change, words in (
            ({"client_secret": "another"}, "client ID or its secret"),
            ({"issuer": process.issuer + "/nowhere"}, "not there: 404"),
            ({"issuer": process.issuer + "/"}, "write the issuer exactly so"),
            ({"issuer": "http://127.0.0.1:9"}, "cannot be reached"),
        ):
            assert (await ada.patch(f"/api/oidc-providers/{desk.id}", json=change)).status_code == 200
            told = (await ada.post(test)).json()
            assert told["ok"] is False
            assert words in told["text"], told


async def test_a_provider_in_ones_own_network_or_without_tls_needs_the_operator(
    services: Services, world: World, process: Elsewhere, tmp_path: Path
) -> None:
    from dataclasses import replace

    strict = replace(services, settings=Settings(data=tmp_path, public_url="http://testserver"))
    async with serving(strict) as web:
        ada = await web.signed_in(world.ada)
        wanted = {"name": "ID", "issuer": process.issuer, "client_id": "c", "allowed_domains": ["example.com"]}
        plain = await ada.post("/api/oidc-providers", json=wanted)
        assert (plain.status_code, plain.json()["errors"]) == (422, [{"field": "issuer", "code": "not_an_address"}])
        wanted["issuer"] = process.issuer.replace("http:", "https:")
        made = await ada.post("/api/oidc-providers", json=wanted)
        told = (await ada.post(f"/api/oidc-providers/{made.json()['id']}/test")).json()
        assert "HARKEN_ALLOW_PRIVATE_SIGN_IN" in told["text"], told
        public = {**wanted, "allowed_domains": ["gmail.com"], "creates_agents": True}
        assert (await ada.post("/api/oidc-providers", json=public)).json()["errors"][0]["code"] == "public_domain"
        nowhere = {**wanted, "allowed_domains": []}
        assert (await ada.post("/api/oidc-providers", json=nowhere)).json()["errors"][0]["code"] == "required"

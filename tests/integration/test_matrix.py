"""Every route against every caller that must get nothing (R4): generated from the application's own routes.

A route that is not in tests/routes.py fails: whoever adds one says there who may use it.
"""

import httpx
import pytest

from harken.entry.app import ROUTES as HANDLERS
from harken.port.services import Services
from tests.routes import CONVERSATION, MARK, ROUTES, Vault, build_vault, call, guarded, routes_of
from tests.web import Web, serving
from tests.world import World, build_world


@pytest.fixture
async def vault(world: World) -> Vault:
    return await build_vault(world)


async def test_every_route_has_its_rule_and_only_public_ones_are_open(services: Services) -> None:
    async with serving(services) as web:
        there = dict(routes_of(web))
    assert set(there) == set(ROUTES), "every route needs a rule in ROUTES, and every rule a route"
    open_to_all = {name for name, rule in ROUTES.items() if rule.who in ("public", "visitor", "bot")}
    assert {name for name, anonymous in there.items() if anonymous} == open_to_all
    assert len(HANDLERS) > 50


async def test_who_is_not_signed_in_gets_401_everywhere(services: Services, vault: Vault) -> None:
    async with serving(services) as web:
        async with services.db.tx() as tx:
            await tx.execute("update agent set active = false where id = $1", vault.world.cleo)
        nobody, liar = await web.nobody(), await web.nobody()
        liar.headers["Authorization"] = "Bearer hkt_not-a-token"
        gone = [await web.signed_in(vault.world.cleo), await web.with_token(vault.world.cleo)]
        visitor = await web.nobody()
        visitor.headers["Authorization"] = f"Bearer {await _visitor_token(web, await _chat(web, vault), visitor)}"
        for name, rule in guarded():
            for client in (nobody, liar, visitor, *gone):
                answer = await call(client, name, rule, vault.ids)
                assert answer.status_code == 401, f"{name}: {answer.status_code} {answer.text}"


async def test_a_bots_token_opens_nothing_that_is_a_persons(services: Services, vault: Vault) -> None:
    """It starts no conversation and takes none: neither by the bot API's header nor by the compatible one's."""
    async with serving(services) as web:
        ada = await web.signed_in(vault.world.ada)
        made = await ada.post("/api/bots", json={"name": "Machine", "kind": "webhook", "url": "https://bot.example/"})
        bearer, compatible = await web.nobody(), await web.nobody()
        bearer.headers["Authorization"] = f"Bearer {made.json()['token']}"
        compatible.headers["api_access_token"] = made.json()["token"]
        asked = dict(guarded())
        assert {"POST /api/conversations", f"PUT {CONVERSATION}/handler", f"DELETE {CONVERSATION}/closure"} <= set(
            asked
        )
        for name, rule in asked.items():
            for client in (bearer, compatible):
                answer = await call(client, name, rule, vault.ids)
                assert answer.status_code == 401, f"{name}: {answer.status_code} {answer.text}"
        async with services.db.tx() as tx:
            there = await tx.fetch("select handler_id from conversation")
        assert [row["handler_id"] for row in there] == [vault.world.cleo]


async def test_the_widget_answers_its_own_visitor_only(services: Services, vault: Vault) -> None:
    async with serving(services) as web:
        chat, other_chat = await _chat(web, vault), await _chat(web, vault)
        nobody, visitor = await web.nobody(), await web.nobody()
        token = await _visitor_token(web, chat, visitor)
        agent = await web.with_token(vault.world.ada)
        for name, rule in ROUTES.items():
            if rule.who == "visitor":
                ids = {**vault.ids, "channel_id": chat}
                assert [(await call(c, name, rule, ids)).status_code for c in (nobody, agent)] == [401, 401], name
                visitor.headers["Authorization"] = f"Bearer {token}"
                assert (await call(visitor, name, rule, ids)).status_code in (200, 201, 204, 415), name
                elsewhere = await call(visitor, name, rule, {**vault.ids, "channel_id": other_chat})
                assert elsewhere.status_code == 401, name


async def test_a_token_without_the_scope_gets_403_everywhere(services: Services, vault: Vault) -> None:
    async with serving(services) as web:
        nothing, reader = await web.with_token(vault.world.cleo, []), await web.with_token(vault.world.cleo, ["read"])
        for name, rule in guarded():
            clients = [nothing] if name.startswith("GET") else [nothing, reader]
            for client in clients:
                answer = await call(client, name, rule, vault.ids)
                assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing"), name


async def test_an_admin_route_needs_the_scope_admin_too(services: Services, vault: Vault) -> None:
    async with serving(services) as web:
        writer = await web.with_token(vault.world.ada, ["write"])
        for name, rule in guarded():
            if rule.who == "admin":
                answer = await call(writer, name, rule, vault.ids)
                assert answer.status_code == 403, f"{name}: {answer.status_code}"


async def test_an_agent_of_another_team_gets_nothing_of_the_conversation(services: Services, vault: Vault) -> None:
    async with serving(services) as web:
        for name, rule in guarded():
            answer = await call(await web.signed_in(vault.world.ben), name, rule, vault.ids)
            told = f"{name}: {answer.status_code} {answer.text[:300]}"
            assert MARK not in answer.text, told
            match rule.who:
                case "seen":
                    assert answer.status_code == 404, told
                case "admin" | "supervisor":
                    assert answer.status_code == 403, told
                case _:
                    assert answer.status_code in (200, 201, 204, 422), told


async def test_an_admin_of_another_workspace_gets_nothing_of_this_one(services: Services, vault: Vault) -> None:
    other = await build_world(vault.world.db, "Other")
    async with serving(services) as web:
        for name, rule in guarded():
            answer = await call(await web.signed_in(other.ada), name, rule, vault.ids)
            told = f"{name}: {answer.status_code} {answer.text[:300]}"
            assert MARK not in answer.text, told
            assert all(id not in answer.text for id in vault.ids.values()), told
            if "{" in name:
                assert answer.status_code in (404, 409 if name.startswith("POST /api/tasks") else 404), told


async def test_the_owner_of_the_conversation_does_get_it(services: Services, vault: Vault) -> None:
    """So that the tests above fail for the right reason."""
    async with serving(services) as web:
        cleo = await web.signed_in(vault.world.cleo)
        for name in (f"GET {CONVERSATION}", f"GET {CONVERSATION}/messages", "GET /api/contacts/{contact_id}"):
            answer = await call(cleo, name, ROUTES[name], vault.ids)
            assert (answer.status_code, MARK in answer.text) == (200, True), name
        listed = await cleo.get("/api/conversations", params={"view": "yours"})
        assert MARK in listed.text


async def _chat(web: Web, vault: Vault) -> str:
    """A fresh channel of the widget."""
    ada = await web.signed_in(vault.world.ada)
    settings = {"allowed_origins": ["https://shop.example"]}
    made = await ada.post("/api/channels", json={"name": "Chat", "connector": "webchat", "settings": settings})
    assert made.status_code == 201, made.text
    return made.json()["id"]


async def _visitor_token(web: Web, chat: str, client: httpx.AsyncClient) -> str:
    answer = await client.post(f"/widget/api/{chat}/session", json={"origin": "https://shop.example"})
    assert answer.status_code == 200, answer.text
    return answer.json()["token"]

"""Signing in, what ends a session, tokens, invitations, the first run, roles and teams: over HTTP."""

import asyncio
from datetime import timedelta

from harken.kit.clock import ManualClock
from harken.port.services import Services
from tests.web import serving
from tests.world import PASSWORD, World, build_world

ADA = {"email": "ada@example.com", "password": PASSWORD}


async def _events(world: World) -> list[tuple[str, str]]:
    async with world.db.connection() as connection:
        rows = await connection.fetch(
            "select type, payload from event where workspace_id = $1 order by seq", world.workspace
        )
    return [(row["type"], row["payload"]) for row in rows]


async def test_who_signs_in_gets_a_cookie_that_scripts_cannot_read(services: Services, world: World) -> None:
    async with serving(services) as web:
        client = await web.nobody()
        answer = await client.post("/api/session", json=ADA)
        assert answer.status_code == 201
        cookies = answer.headers.get_list("set-cookie")
        assert [("HttpOnly" in c, "SameSite=lax" in c) for c in cookies] == [(True, True), (False, True)]
        assert (await client.get("/api/session")).json()["me"]["id"] == str(world.ada)


async def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(services: Services, world: World) -> None:
    async with serving(services) as web:
        client = await web.nobody()
        wrong = await client.post("/api/session", json={**ADA, "password": "not the password"})
        unknown = await client.post("/api/session", json={"email": "eve@example.com", "password": PASSWORD})
        assert wrong.status_code == unknown.status_code == 401
        assert wrong.json() == unknown.json()
        assert wrong.json()["code"] == "wrong_credentials"


async def test_guessing_is_slowed_down_and_ends_with_time(services: Services, world: World, clock: ManualClock) -> None:
    async with serving(services) as web:
        client = await web.nobody()
        guesses = [client.post("/api/session", json={**ADA, "password": f"guess {n}"}) for n in range(12)]
        codes = [answer.status_code for answer in await asyncio.gather(*guesses)]
        assert sorted(codes) == [401] * 10 + [429] * 2
        refused = await client.post("/api/session", json=ADA)
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) > 0
        clock.advance(timedelta(minutes=16))
        assert (await client.post("/api/session", json=ADA)).status_code == 201


async def test_a_change_without_the_csrf_header_is_refused(services: Services, world: World) -> None:
    async with serving(services) as web:
        ada = await web.signed_in(world.ada)
        del ada.headers["X-CSRF-Token"]
        refused = await ada.patch("/api/me", json={"available": False})
        assert (refused.status_code, refused.json()["code"]) == (403, "csrf")
        stranger = await web.nobody()
        foreign = await stranger.post("/api/session", json=ADA, headers={"Origin": "https://evil.example"})
        assert (foreign.status_code, foreign.json()["code"]) == (403, "foreign_origin")


async def test_a_new_password_ends_all_other_sessions(services: Services, world: World) -> None:
    async with serving(services) as web:
        here, there = await web.signed_in(world.ada), await web.signed_in(world.ada)
        assert (await there.get("/api/session")).status_code == 200
        change = {"current_password": PASSWORD, "password": "another long password"}
        wrong = await here.put("/api/me/password", json={**change, "current_password": "no"})
        assert wrong.status_code == 422
        assert (await here.put("/api/me/password", json=change)).status_code == 204
        assert (await there.get("/api/session")).status_code == 401
        assert (await here.get("/api/session")).status_code == 200
        again = await (await web.nobody()).post("/api/session", json=ADA)
        assert again.status_code == 401


async def test_a_deactivated_agent_is_out_at_once_by_session_and_token(services: Services, world: World) -> None:
    async with serving(services) as web:
        ada = await web.signed_in(world.ada)
        ben, program = await web.signed_in(world.ben), await web.with_token(world.ben)
        assert {(await c.get("/api/session")).status_code for c in (ben, program)} == {200}
        assert (await ada.patch(f"/api/agents/{world.ben}", json={"active": False})).status_code == 200
        assert {(await c.get("/api/session")).status_code for c in (ben, program)} == {401}
        sign_in = await (await web.nobody()).post(
            "/api/session", json={"email": "ben@example.com", "password": PASSWORD}
        )
        assert sign_in.status_code == 401


async def test_a_session_ends_after_thirty_days_without_use_and_slides_with_it(
    services: Services, world: World, clock: ManualClock
) -> None:
    async with serving(services) as web:
        ada, sue = await web.signed_in(world.ada), await web.signed_in(world.sue)
        clock.advance(timedelta(days=20))
        assert (await ada.get("/api/session")).status_code == 200
        await asyncio.sleep(1.1)  # what the doorkeeper remembers is gone
        clock.advance(timedelta(days=20))
        assert (await ada.get("/api/session")).status_code == 200
        assert (await sue.get("/api/session")).status_code == 401


async def test_an_address_in_two_workspaces_is_asked_which_one(services: Services, world: World) -> None:
    other = await build_world(world.db, "Other")
    async with serving(services) as web:
        client = await web.nobody()
        asked = await client.post("/api/session", json=ADA)
        assert (asked.status_code, asked.json()["code"]) == (409, "several_workspaces")
        assert {c["name"] for c in asked.json()["choices"]} == {"Acme", "Other"}
        chosen = await client.post("/api/session", json={**ADA, "workspace_id": str(other.workspace)})
        assert chosen.json()["me"]["workspace"]["name"] == "Other"


async def test_the_first_run_makes_one_workspace_even_if_two_pages_submit_at_once(services: Services) -> None:
    form = {"workspace_name": "Acme", "name": "Ada", "email": "ada@example.com", "password": "long enough"}
    async with serving(services) as web:
        one, two = await web.nobody(), await web.nobody()
        assert (await one.get("/api/setup")).json() == {"needed": True}
        answers = await asyncio.gather(one.post("/api/setup", json=form), two.post("/api/setup", json=form))
        assert sorted(a.status_code for a in answers) == [201, 409]
        assert (await one.get("/api/setup")).json() == {"needed": False}
        async with services.db.connection() as connection:
            assert await connection.fetchval("select count(*) from workspace") == 1


async def test_a_token_may_do_what_its_scopes_say_and_makes_no_stronger_one(services: Services, world: World) -> None:
    async with serving(services) as web:
        reader = await web.with_token(world.ada, ["read"])
        assert (await reader.get("/api/agents")).status_code == 200
        refused = await reader.post("/api/tokens", json={"name": "more", "scopes": ["admin"]})
        assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
        writer = await web.with_token(world.ada, ["write"])
        assert (await writer.post("/api/tokens", json={"name": "more", "scopes": ["admin"]})).status_code == 403
        assert (await writer.post("/api/teams", json={"name": "New"})).status_code == 403


async def test_a_token_is_shown_once_and_gone_when_deleted(services: Services, world: World) -> None:
    async with serving(services) as web:
        ben = await web.signed_in(world.ben)
        made = (await ben.post("/api/tokens", json={"name": "script", "scopes": ["read"]})).json()
        listed = (await ben.get("/api/tokens")).json()["items"]
        assert [(t["name"], "token" in t) for t in listed] == [("script", False)]
        script = await web.nobody()
        script.headers["Authorization"] = f"Bearer {made['token']}"
        assert (await script.get("/api/session")).status_code == 200
        assert (await ben.delete(f"/api/tokens/{made['id']}")).status_code == 204
        assert (await script.get("/api/session")).status_code == 401


async def test_an_invitation_makes_one_agent_in_its_teams(services: Services, world: World) -> None:
    async with serving(services) as web:
        ada = await web.signed_in(world.ada)
        wanted = {"email": "dan@example.com", "role": "agent", "team_ids": [str(world.orders)]}
        made = (await ada.post("/api/invitations", json=wanted)).json()
        path = f"/api/invitations/by-token/{made['token']}"
        guest = await web.nobody()
        shown = {"workspace_name": "Acme", "email": "dan@example.com", "role": "agent", "password": True}
        assert (await guest.get(path)).json() == shown
        accepting = [guest.post(f"{path}/accept", json={"name": "Dan", "password": "long enough"}) for _ in range(2)]
        answers = await asyncio.gather(*accepting)
        assert sorted(a.status_code for a in answers) == [201, 404]
        me = (await guest.get("/api/session")).json()["me"]
        assert (me["name"], me["team_ids"]) == ("Dan", [str(world.orders)])
        types = [type for type, _ in await _events(world)]
        assert types == ["agent_changed", "team_changed"]


async def test_the_last_admin_stays_admin(services: Services, world: World) -> None:
    async with serving(services) as web:
        ada = await web.signed_in(world.ada)
        for change in ({"active": False}, {"role": "agent"}):
            refused = await ada.patch(f"/api/agents/{world.ada}", json=change)
            assert (refused.status_code, refused.json()["code"]) == (409, "last_admin")
        assert (await ada.patch(f"/api/agents/{world.sue}", json={"role": "admin"})).status_code == 200
        assert (await ada.patch(f"/api/agents/{world.ada}", json={"role": "agent"})).status_code == 200


async def test_a_change_of_members_tells_all_pages_and_reloads_theirs(services: Services, world: World) -> None:
    async with serving(services) as web:
        ada = await web.signed_in(world.ada)
        members = {"agent_ids": [str(world.cleo), str(world.sue)]}
        team = (await ada.put(f"/api/teams/{world.orders}/members", json=members)).json()
        assert team["member_ids"] == sorted(members["agent_ids"])
        events = await _events(world)
        assert [type for type, _ in events] == [
            "team_changed", "agent_changed", "rights_changed", "agent_changed", "rights_changed"
        ]  # fmt: skip
        assert {p for t, p in events if t == "rights_changed"} == {
            f'{{"agent_id":"{who}"}}' for who in (world.ben, world.sue)
        }


async def test_a_team_that_has_conversations_or_channels_cannot_go(services: Services, world: World) -> None:
    async with serving(services) as web:
        ada = await web.signed_in(world.ada)
        channel = await ada.patch(f"/api/channels/{world.api_channel}", json={"team_id": str(world.orders)})
        assert channel.status_code == 200
        refused = await ada.delete(f"/api/teams/{world.orders}")
        assert (refused.status_code, refused.json()["code"]) == (409, "team_in_use")
        assert (await ada.delete(f"/api/teams/{world.returns}")).status_code == 204


async def test_the_same_idempotency_key_does_it_once(services: Services, world: World) -> None:
    async with serving(services) as web:
        ada = await web.signed_in(world.ada)
        key = {"Idempotency-Key": "k-1"}
        first = await ada.post("/api/teams", json={"name": "Night"}, headers=key)
        second = await ada.post("/api/teams", json={"name": "Night"}, headers=key)
        assert (first.status_code, first.json()) == (second.status_code, second.json())
        assert second.headers["idempotency-replayed"] == "true"
        other = await ada.post("/api/teams", json={"name": "Day"}, headers=key)
        assert (other.status_code, other.json()["code"]) == (409, "idempotency_mismatch")
        sue = await web.signed_in(world.sue)
        assert (await sue.post("/api/teams", json={"name": "Day"}, headers=key)).status_code == 403
        names = [team["name"] for team in (await ada.get("/api/teams")).json()["items"]]
        assert names == ["Night", "Orders", "Returns"]


async def test_the_same_idempotency_key_at_once_gets_one_answer(services: Services, world: World) -> None:
    async with serving(services) as web:
        ada = await web.signed_in(world.ada)
        key = {"Idempotency-Key": "k-2"}
        answers = await asyncio.gather(*(ada.post("/api/teams", json={"name": "Night"}, headers=key) for _ in range(4)))
        assert [answer.status_code for answer in answers] == [201] * 4
        assert len({answer.json()["id"] for answer in answers}) == 1


async def test_every_answer_carries_the_security_headers(services: Services, world: World) -> None:
    async with serving(services) as web:
        for path in ("/api/session", "/api/nothing", "/", "/health/live"):
            headers = (await (await web.nobody()).get(path)).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert (await (await web.nobody()).get("/api/session")).headers["content-type"] == "application/problem+json"


async def test_metrics_are_for_this_machine_or_the_token(services: Services, world: World) -> None:
    async with serving(services) as web:
        assert (await (await web.nobody()).get("/metrics")).status_code == 403
        assert (await (await web.nobody()).get("/health/ready")).json() == {"status": "ok"}

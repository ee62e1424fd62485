"""Channels over HTTP: settings against the manifest, secrets that come out once, who sees what; and contacts."""

from base64 import b64decode
from typing import Any

import msgspec

from harken.channels.directory import ChannelDirectory
from harken.port.services import Services
from tests.web import serving
from tests.world import World, add_contact, add_conversation

MAIL = {
    "address": "support@example.com", "imap_host": "mail.example.com", "imap_password": "imap-secret",
    "smtp_host": "mail.example.com",
}  # fmt: skip


async def test_a_generated_secret_is_shown_once_and_stored_sealed(services: Services, world: World) -> None:
    async with serving(services) as web:
        ada = await web.signed_in(world.ada)
        made = await ada.post("/api/channels", json={"name": "Orders API", "connector": "api"})
        assert made.status_code == 201
        channel, secret = made.json(), made.json()["secret"]
        assert len(b64decode(secret.removeprefix("whsec_"), validate=True)) == 32  # as Standard Webhooks read it
        assert channel["webhook_url"] == f"http://testserver/in/api/{channel['id']}"
        shown = await ada.get(f"/api/channels/{channel['id']}")
        assert secret not in shown.text
        assert shown.json()["secret_names"] == ["secret"]
        async with services.db.connection() as connection:
            row = await connection.fetchrow("select settings, sealed from channel where id = $1::uuid", channel["id"])
            events = await connection.fetch("select payload from event")
        assert row is not None
        assert secret not in str(row["settings"])
        assert secret.encode() not in row["sealed"]
        assert all(secret not in event["payload"] for event in events)


async def test_a_secret_can_be_made_anew_and_the_old_one_is_gone(services: Services, world: World) -> None:
    async with serving(services) as web:
        ada = await web.signed_in(world.ada)
        made = (await ada.post("/api/channels", json={"name": "Orders API", "connector": "api"})).json()
        directory: ChannelDirectory = web.app.state.directory
        path = f"/api/channels/{made['id']}"
        untouched = (await ada.patch(path, json={"settings": {"callback_url": "https://example.com/in"}})).json()
        assert "secret" not in untouched
        renewed = (await ada.patch(path, json={"settings": {"secret": None}})).json()
        assert renewed["secret"] not in (None, made["secret"])
        found = await directory.get(msgspec.convert(made["id"], type=type(world.ada)))
        assert found is not None
        assert found[1].settings == {"callback_url": "https://example.com/in", "secret": renewed["secret"]}


async def test_what_the_connector_does_not_know_or_cannot_take_is_refused_by_name(
    services: Services, world: World
) -> None:
    cases: list[tuple[dict[str, Any], tuple[str, str]]] = [
        ({"name": "X", "connector": "pigeon"}, ("connector", "unknown_connector")),
        ({"name": "X", "connector": "api", "settings": {"nonsense": 1}}, ("settings.nonsense", "unknown_setting")),
        ({"name": "X", "connector": "api", "settings": {"callback_url": 7}}, ("settings.callback_url", "type")),
        ({"name": "X", "connector": "email", "settings": {}}, ("settings.address", "required")),
        ({"name": " ", "connector": "api"}, ("name", "required")),
        ({"name": "X", "connector": "api", "team_id": "00000000-0000-0000-0000-000000000000"}, ("team_id", "unknown_team")),
        ({"name": "X", "connector": "api", "reopen_hours": -1}, ("reopen_hours", "out_of_range")),
        ({"name": "X", "connector": "email", "settings": {**MAIL, "imap_security": "none!"}},
         ("settings.imap_security", "not_a_choice")),
    ]  # fmt: skip
    async with serving(services) as web:
        ada = await web.signed_in(world.ada)
        for body, (field, code) in cases:
            answer = await ada.post("/api/channels", json=body)
            assert answer.status_code == 422, body
            assert {"field": field, "code": code} in answer.json()["errors"]


async def test_agents_see_that_a_channel_is_there_but_not_how_it_is_set_up(services: Services, world: World) -> None:
    async with serving(services) as web:
        ada, ben = await web.signed_in(world.ada), await web.signed_in(world.ben)
        made = (await ada.post("/api/channels", json={"name": "Mail", "connector": "email", "settings": MAIL})).json()
        assert "imap-secret" not in str(made)
        seen = (await ben.get(f"/api/channels/{made['id']}")).json()
        assert (seen["name"], "settings" in seen, "webhook_url" in seen) == ("Mail", False, False)
        listed = await ben.get("/api/channels")
        assert "mail.example.com" not in listed.text
        assert (await ben.patch(f"/api/channels/{made['id']}", json={"name": "Mine"})).status_code == 403
        assert (await ben.post("/api/channels", json={"name": "X", "connector": "api"})).status_code == 403


async def test_a_test_that_fails_says_why_and_turns_the_light_red(services: Services, world: World) -> None:
    async with serving(services) as web:
        ada = await web.signed_in(world.ada)
        settings = {"callback_url": "http://127.0.0.1:9/nothing-here"}
        body = {"name": "Down", "connector": "api", "settings": settings}
        made = (await ada.post("/api/channels", json=body)).json()
        result = (await ada.post(f"/api/channels/{made['id']}/test")).json()
        assert result["ok"] is False
        assert result["text"]
        listed = (await ada.get("/api/channels")).json()["items"]
        health = next(channel["health"] for channel in listed if channel["id"] == made["id"])
        assert (health["state"], health["text"]) == ("failing", result["text"])


async def test_a_channel_with_conversations_is_switched_off_and_stays(services: Services, world: World) -> None:
    await add_conversation(world)
    async with serving(services) as web:
        ada = await web.signed_in(world.ada)
        fresh = (await ada.post("/api/channels", json={"name": "Fresh", "connector": "api"})).json()
        for channel in (world.api_channel, fresh["id"]):
            assert (await ada.delete(f"/api/channels/{channel}")).status_code == 204
        left = (await ada.get("/api/channels")).json()["items"]
        assert [(channel["id"], channel["active"]) for channel in left] == [(str(world.api_channel), False)]
        assert await web.app.state.directory.get(world.api_channel) is None


async def test_a_contact_is_seen_by_who_may_see_a_conversation_with_them(services: Services, world: World) -> None:
    await add_conversation(world, team=world.returns)
    async with serving(services) as web:
        ben, cleo, sue = [await web.signed_in(who) for who in (world.ben, world.cleo, world.sue)]
        path = f"/api/contacts/{world.bo}"
        assert [(await c.get(path)).status_code for c in (ben, cleo, sue)] == [404, 200, 200]
        assert [len((await c.get("/api/contacts?q=bo")).json()["items"]) for c in (ben, cleo, sue)] == [0, 1, 1]
        assert (await ben.patch(path, json={"name": "Mine"})).status_code == 404
        changed = await cleo.patch(path, json={"name": "Bo Ek", "attributes": {"plan": "gold"}})
        assert changed.json()["attributes"] == {"plan": "gold"}
        async with services.db.connection() as connection:
            audience = await connection.fetchval("select audience from event where type = 'contact_changed'")
        assert audience == {"kind": "conversation", "after": {"team_id": str(world.returns)}}


async def test_contacts_come_in_pages_by_name_and_are_found_by_address(services: Services, world: World) -> None:
    for name in ("cy", "Al", "50% off"):
        await add_contact(world.db, world.workspace, name, "email", f"{name[0].lower()}@mail.example")
    async with serving(services) as web:
        ben = await web.signed_in(world.ben)
        names: list[str] = []
        cursor = ""
        for _ in range(3):
            page = (await ben.get(f"/api/contacts?limit=2{cursor}")).json()
            names += [contact["name"] for contact in page["items"]]
            if page["next_cursor"] is None:
                break
            cursor = f"&cursor={page['next_cursor']}"
        assert names == ["50% off", "Al", "Bo", "cy"]
        by_address = (await ben.get("/api/contacts", params={"q": "C@mail"})).json()["items"]
        assert [contact["name"] for contact in by_address] == ["cy"]
        assert (await ben.get("/api/contacts", params={"q": "%"})).json()["items"] == []


async def test_a_contact_with_conversations_cannot_be_deleted(services: Services, world: World) -> None:
    await add_conversation(world)
    async with serving(services) as web:
        ben = await web.signed_in(world.ben)
        refused = await ben.delete(f"/api/contacts/{world.bo}")
        assert (refused.status_code, refused.json()["code"]) == (409, "has_conversations")
        identity = {"channel_id": str(world.api_channel), "address": "cy-7"}
        made = await ben.post("/api/contacts", json={"name": "Cy", "identities": [identity]})
        assert made.json()["identities"][0]["address"] == "cy-7"
        again = await ben.post("/api/contacts", json={"name": "Cy too", "identities": [identity]})
        assert (again.status_code, again.json()["code"]) == (409, "address_taken")
        assert (await ben.delete(f"/api/contacts/{made.json()['id']}")).status_code == 204

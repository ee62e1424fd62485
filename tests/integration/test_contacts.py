"""Contacts over HTTP: identities, attributes, notes, labels, block, lists (R22, R23)."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from harken.contacts import listing
from harken.kit.ids import new_id
from harken.port.services import Services
from tests.web import Web, serving
from tests.world import World, add_contact, add_conversation, add_message


async def test_attributes_are_merged_key_by_key_with_their_types_and_limits(services: Services, world: World) -> None:
    async with serving(services) as web:
        ben, path = await web.signed_in(world.ben), f"/api/contacts/{world.bo}"
        given = {"plan": "gold", "orders": 3, "vip": True, "since": "2023-05-01"}
        assert (await ben.patch(path, json={"attributes": given})).json()["attributes"] == given
        left = (await ben.patch(path, json={"attributes": {"vip": None, "orders": 4.5}})).json()["attributes"]
        assert left == {"plan": "gold", "orders": 4.5, "since": "2023-05-01"}
        for wrong, code in (
            ({"a": "x" * 2049}, "too_long"),
            ({"a": [1]}, "invalid"),
            ({"a": 10**400}, "invalid"),
            ({" ": "x"}, "required"),
        ):
            refused = await ben.patch(path, json={"attributes": wrong})
            assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, code)
        many = await ben.patch(path, json={"attributes": {f"k{n}": n for n in range(62)}})
        assert (many.status_code, many.json()["errors"][0]["code"]) == (422, "too_many")
        assert (await ben.get(path)).json()["attributes"] == left


async def test_time_zone_and_language_are_what_there_is(services: Services, world: World) -> None:
    async with serving(services) as web:
        ben, path = await web.signed_in(world.ben), f"/api/contacts/{world.bo}"
        kept = (await ben.patch(path, json={"timezone": "Europe/Lisbon", "language": "pt-BR"})).json()
        assert (kept["timezone"], kept["language"]) == ("Europe/Lisbon", "pt-BR")
        for wrong in ({"timezone": "Mars/Olympus"}, {"language": "x" * 40}):
            assert (await ben.patch(path, json=wrong)).status_code == 422


async def test_an_address_is_added_and_removed_and_a_taken_one_names_its_contact_to_who_sees_it(
    services: Services, world: World
) -> None:
    other, _ = await add_contact(world.db, world.workspace, "Cy", "api", "cy-7", scope=str(world.api_channel))
    await add_conversation(world, team=world.returns)
    async with serving(services) as web:
        ben, cleo = await web.signed_in(world.ben), await web.signed_in(world.cleo)
        new = {"channel_id": str(world.api_channel), "address": "bo-2"}
        added = (await cleo.post(f"/api/contacts/{world.bo}/identities", json=new)).json()
        assert [identity["address"] for identity in added["identities"]] == ["bo-2", "bo@example.com"]
        taken = await cleo.post(f"/api/contacts/{world.bo}/identities", json={**new, "address": "cy-7"})
        assert (taken.status_code, taken.json()["code"], taken.json()["contact"]["id"]) == (
            409, "address_taken", str(other),
        )  # fmt: skip
        hidden = await ben.post(f"/api/contacts/{other}/identities", json={**new, "address": "bo@example.com"})
        assert (hidden.status_code, "contact" in hidden.json()) == (409, False)
        ids = {identity["address"]: identity["id"] for identity in added["identities"]}
        kept = await cleo.delete(f"/api/contacts/{world.bo}/identities/{ids['bo@example.com']}")
        assert (kept.status_code, kept.json()["code"]) == (409, "has_conversations")
        gone = await cleo.delete(f"/api/contacts/{world.bo}/identities/{ids['bo-2']}")
        assert [identity["address"] for identity in gone.json()["identities"]] == ["bo@example.com"]


async def test_a_note_is_changed_by_its_author_or_a_supervisor(services: Services, world: World) -> None:
    async with serving(services) as web:
        ben, cleo, sue = [await web.signed_in(who) for who in (world.ben, world.cleo, world.sue)]
        path = f"/api/contacts/{world.bo}/notes"
        made = await ben.post(path, json={"text": " Prefers mornings "})
        assert made.status_code == 201, made.text
        note = made.json()["notes"][0]
        assert (note["text"], note["author_name"], note["changed_at"]) == ("Prefers mornings", "Ben", None)
        assert (await cleo.patch(f"{path}/{note['id']}", json={"text": "Mine"})).status_code == 403
        changed = (await sue.patch(f"{path}/{note['id']}", json={"text": "Evenings"})).json()["notes"][0]
        assert changed["text"] == "Evenings" and changed["changed_at"]
        assert (await ben.post(path, json={"text": "x" * 10_001})).status_code == 422
        assert (await ben.delete(f"{path}/{note['id']}")).json()["notes"] == []


async def test_a_removed_label_is_gone_from_contacts_too(services: Services, world: World) -> None:
    async with serving(services) as web:
        sue = await web.signed_in(world.sue)
        label = (await sue.post("/api/labels", json={"name": "vip"})).json()["id"]
        path = f"/api/contacts/{world.bo}"
        assert (await sue.put(f"{path}/labels", json={"labels": [label]})).json()["label_ids"] == [label]
        assert (await sue.put(f"{path}/labels", json={"labels": [str(new_id())]})).status_code == 422
        assert [c["id"] for c in (await sue.get(f"/api/contacts?label={label}")).json()["items"]] == [str(world.bo)]
        await sue.delete(f"/api/labels/{label}")
        assert (await sue.get(path)).json()["label_ids"] == []


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("mar oli", ["Marta Oliveira"]), ("OLIVÉIRA", ["Marta Oliveira"]), ("000411", ["Marta Oliveira"]),
        ("filhos", ["Marta Oliveira"]), ("張偉", ["張偉明"]), ("偉", ["張偉明"]), ("nobody", []), ("%", []), ("' | 'x", []),
        ("m@mail", ["Marta Oliveira"]),
    ],
)  # fmt: skip
async def test_contacts_are_found_by_name_address_and_attribute(
    services: Services, world: World, q: str, found: list[str]
) -> None:
    marta, _ = await add_contact(world.db, world.workspace, "Marta Oliveira", "email", "m@mail.example")
    await add_contact(world.db, world.workspace, "張偉明", "email", "z@mail.example")
    async with world.db.tx() as tx:
        await tx.execute("update contact set attributes = $2 where id = $1", marta, {"company": "Oliveira & Filhos"})
        await tx.execute(
            "insert into identity (id, workspace_id, contact_id, connector, address) values ($1, $2, $3, 'sms', $4)",
            new_id(), world.workspace, marta, "+351912000411",
        )  # fmt: skip
    async with serving(services) as web:
        ben = await web.signed_in(world.ben)
        assert names(await ben.get("/api/contacts", params={"q": q})) == found


async def test_a_contact_that_an_inbound_message_named_is_found_by_that_name(services: Services, world: World) -> None:
    async with serving(services) as web:
        ben = await web.signed_in(world.ben)
        assert names(await ben.get("/api/contacts?q=bo")) == ["Bo"]
        async with world.db.tx() as tx:
            await tx.execute("update contact set name = 'Zoe' where id = $1", world.bo)
        assert names(await ben.get("/api/contacts?q=zoe")) == ["Zoe"]


@pytest.mark.parametrize(("few", "looked_at"), [(5000, 1000), (3, 1), (0, 1)])
async def test_recent_contacts_come_by_their_newest_conversation_that_the_caller_sees(
    services: Services, world: World, monkeypatch: pytest.MonkeyPatch, few: int, looked_at: int
) -> None:
    """Also when many pass a filter and few of them, or none, were spoken with lately."""
    monkeypatch.setattr(listing, "_FEW", few)
    monkeypatch.setattr(listing, "_LOOKED_AT", looked_at)
    for name in ("Cy", "Di"):
        contact, identity = await add_contact(
            world.db, world.workspace, name, "api", name, scope=str(world.api_channel)
        )
        conversation = await add_conversation(world, team=world.returns if name == "Di" else None, thread_key=name)
        async with world.db.tx() as tx:
            await tx.execute(
                "update conversation set contact_id = $2, identity_id = $3, last_activity_at = last_activity_at"
                " + interval '1 hour' * $4 where id = $1",
                conversation, contact, identity, {"Cy": 1, "Di": 2}[name],
            )  # fmt: skip
    await add_contact(world.db, world.workspace, "Ed", "api", "ed", scope=str(world.api_channel))
    await add_conversation(world)
    async with serving(services) as web:
        ben, sue = await web.signed_in(world.ben), await web.signed_in(world.sue)
        assert await pages(sue, "sort=recent") == ["Di", "Cy", "Bo", "Ed"]
        assert await pages(ben, "sort=recent") == ["Cy", "Bo", "Ed"]
        assert await pages(sue, "sort=recent&q=cy") == ["Cy"]
        assert await pages(sue, "sort=recent&connector=api") == ["Di", "Cy", "Bo", "Ed"]
        assert (await ben.get("/api/contacts?sort=recent&cursor=bm8")).status_code == 422


async def test_files_of_a_contact_are_those_of_conversations_that_the_caller_sees(
    services: Services, world: World
) -> None:
    for team, name in ((None, "open.png"), (world.returns, "secret.pdf")):
        conversation = await add_conversation(world, team=team, thread_key=name)
        message = await add_message(world, conversation, "see")
        async with world.db.tx() as tx:
            await tx.execute(
                "insert into file (id, workspace_id, conversation_id, message_id, name, type, size, digest)"
                " values ($1, $2, $3, $4, $5, 'image/png', 3, 'ab')",
                new_id(), world.workspace, conversation, message, name,
            )  # fmt: skip
    async with serving(services) as web:
        ben, cleo = await web.signed_in(world.ben), await web.signed_in(world.cleo)
        path = f"/api/contacts/{world.bo}/files"
        assert [file["name"] for file in (await ben.get(path)).json()["items"]] == ["open.png"]
        first = (await cleo.get(f"{path}?limit=1")).json()
        second = (await cleo.get(f"{path}?limit=1&cursor={first['next_cursor']}")).json()
        assert {first["items"][0]["name"], second["items"][0]["name"]} == {"open.png", "secret.pdf"}
        assert second["next_cursor"] is None


async def test_nobody_hears_of_a_blocked_contact_and_nobody_writes_to_them(services: Services, world: World) -> None:
    conversation = await add_conversation(world, handler=world.ben)
    async with serving(services) as web:
        ben, path = await web.signed_in(world.ben), f"/api/contacts/{world.bo}/block"
        assert (await ben.put(path)).json()["blocked"]["by_name"] == "Ben"
        assert await reply_to(ben, conversation) == (False, "blocked")
        assert await inbound(web, world, "one") == "ignored"
        body = {"text": "Hello", "client_message_id": "m1"}
        refused = await ben.post(f"/api/conversations/{conversation}/messages", json=body)
        assert (refused.status_code, refused.json()["code"], refused.json()["reason"]) == (409, "blocked", "blocked")
        assert names(await ben.get("/api/contacts?blocked=true")) == ["Bo"]
        assert names(await ben.get("/api/contacts?blocked=false")) == []
        assert (await ben.delete(path)).json()["blocked"] is None
        assert await reply_to(ben, conversation) == (True, None)
        assert await inbound(web, world, "two") == "ingested"
    async with world.db.connection() as tx:
        assert await tx.fetchval("select count(*) from message where direction = 'in'") == 1


async def test_open_pages_hear_of_a_contact_that_was_removed(services: Services, world: World) -> None:
    async with serving(services) as web:
        ben = await web.signed_in(world.ben)
        made = (await ben.post("/api/contacts", json={"name": "Bye"})).json()["id"]
        assert (await ben.delete(f"/api/contacts/{made}")).status_code == 204
    async with world.db.connection() as tx:
        newest = await tx.fetchrow(
            "select type, payload::jsonb -> 'contact' ->> 'id' as contact from event order by seq desc limit 1"
        )
        assert newest is not None
        assert (newest["type"], newest["contact"]) == ("contact_changed", made)


async def test_a_blocked_visitor_of_the_web_chat_is_not_told(services: Services, world: World) -> None:
    async with serving(services) as web:
        ada, visitor = await web.signed_in(world.ada), await web.nobody()
        settings = {"allowed_origins": ["https://shop.example"]}
        made = await ada.post("/api/channels", json={"name": "Chat", "connector": "webchat", "settings": settings})
        path = f"/widget/api/{made.json()['id']}"
        token = (await visitor.post(f"{path}/session", json={"origin": "https://shop.example"})).json()["token"]
        visitor.headers["Authorization"] = f"Bearer {token}"

        async def send(number: int) -> httpx.Response:
            said: dict[str, Any] = {"client_message_id": f"visitor-message-{number}", "text": "Hi", "file_ids": []}
            return await visitor.post(f"{path}/messages", json=said)

        assert (await send(1)).status_code == 201
        contact = (await ada.get("/api/contacts?connector=webchat")).json()["items"][0]["id"]
        await ada.put(f"/api/contacts/{contact}/block")
        silent = await send(2)
        assert (silent.status_code, silent.json()["message"]["text"]) == (201, "Hi")
    async with world.db.connection() as tx:
        assert await tx.fetchval("select count(*) from message where direction = 'in'") == 1


async def reply_to(agent: httpx.AsyncClient, conversation: UUID) -> tuple[bool, str | None]:
    """What is said of answering before anything is typed: the same in the list and by itself."""
    alone = (await agent.get(f"/api/conversations/{conversation}")).json()
    shown = alone.get("conversation", alone)
    listed = (await agent.get("/api/conversations?view=yours")).json()["items"][0]
    assert listed["reply"] == shown["reply"]
    assert listed["contact"]["blocked"] is not shown["reply"]["allowed"]
    return shown["reply"]["allowed"], shown["reply"]["reason"]


def names(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [contact["name"] for contact in answer.json()["items"]]


async def pages(client: httpx.AsyncClient, query: str) -> list[str]:
    """All of them, two at a time."""
    found: list[str] = []
    cursor = ""
    while True:
        page = await client.get(f"/api/contacts?limit=2&{query}{cursor}")
        found += names(page)
        if page.json()["next_cursor"] is None:
            return found
        cursor = f"&cursor={page.json()['next_cursor']}"


async def inbound(web: Web, world: World, external_id: str) -> str:
    """What became of a message of Bo's."""
    from harken.connectors.api import CONNECTOR
    from harken.port.messages import ChannelConfig, RawItem

    body = f'{{"type": "message", "id": "{external_id}", "from": {{"id": "bo@example.com"}}, "text": "Hi"}}'
    channel = ChannelConfig(world.api_channel, world.workspace, "Shop", {}, "http://testserver")
    item = RawItem(external_id, body.encode())
    outcome = (await web.app.state.batcher.submit(channel, CONNECTOR.manifest.kind, [item], {}))[0]
    return str(outcome.outcome)

"""Conversations and files over HTTP: the fixed names, and what bad input gets."""

import asyncio
import io
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from PIL import Image

from harken.port.services import Services
from tests.web import Web, serving
from tests.world import World, add_channel, add_conversation, add_message

SECRET = b'{"secret": "whsec_c2VjcmV0"}'


class Browser:
    """One agent's signed-in client."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def call(self, method: str, path: str, **given: Any) -> httpx.Response:
        return await self.client.request(method, path, **given)

    async def get(self, path: str, **given: Any) -> httpx.Response:
        return await self.client.get(path, **given)

    async def upload(self, content: bytes, name: str, channel: UUID | None = None) -> httpx.Response:
        data = {"channel_id": str(channel)} if channel else {}
        return await self.client.post("/api/files", files={"file": (name, content)}, data=data)


@pytest.fixture
async def web(services: Services, world: World) -> AsyncIterator[Web]:
    """Started and stopped in one task, as its task groups want it."""
    started: asyncio.Future[Web] = asyncio.get_running_loop().create_future()
    finished = asyncio.Event()

    async def serve() -> None:
        async with serving(services) as web:
            started.set_result(web)
            await finished.wait()

    served = asyncio.create_task(serve())
    await asyncio.wait({served, started}, return_when=asyncio.FIRST_COMPLETED)
    yield await started if started.done() else await served  # pyright: ignore[reportReturnType]
    finished.set()
    await served


@pytest.fixture
async def ben(web: Web, world: World) -> Browser:
    return Browser(await web.signed_in(world.ben))


@pytest.fixture
async def channel(services: Services, world: World) -> UUID:
    """One whose answers can leave."""
    settings = {"callback_url": "http://127.0.0.1:9/"}
    return await add_channel(
        world.db, world.workspace, "api", "Orders", settings=settings, sealed=services.sealer.seal(SECRET)
    )


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (600, 300), "teal").save(out, "png")
    return out.getvalue()


async def test_an_agent_answers_with_a_picture_and_only_colleagues_of_the_team_get_it(
    web: Web, ben: Browser, world: World, channel: UUID
) -> None:
    conversation = await add_conversation(world, team=world.orders, channel=channel)
    uploaded = (await ben.upload(picture(), "a photo.png", channel)).json()
    assert (uploaded["type"], uploaded["details"]) == ("image/png", {"width": 600, "height": 300, "thumbnail": True})
    outsider, sue = Browser(await web.signed_in(world.cleo)), Browser(await web.signed_in(world.sue))
    assert (await outsider.get(f"/files/{uploaded['id']}")).status_code == 404, "an upload is its author's own"
    path = f"/api/conversations/{conversation}/messages"
    body = {"text": "Look", "attachment_ids": [uploaded["id"]], "client_message_id": "m1", "epoch": 0}
    sent = await ben.call("POST", path, json=body)
    again = await ben.call("POST", path, json=body)
    assert (sent.status_code, again.status_code, sent.json()["id"]) == (201, 200, again.json()["id"])
    assert sent.json()["attachments"][0]["id"] == uploaded["id"]
    assert (await outsider.get(f"/files/{uploaded['id']}")).status_code == 200
    moved = {"kind": "none", "team_id": str(world.returns)}
    assert (await sue.call("PUT", f"/api/conversations/{conversation}/handler", json=moved)).status_code == 200
    for hidden in (
        f"/files/{uploaded['id']}",
        f"/files/{uploaded['id']}/thumbnail",
        path,
        path.removesuffix("/messages"),
    ):
        assert (await ben.get(hidden)).status_code == 404, hidden


async def test_a_file_is_served_whole_in_parts_or_not_again(ben: Browser) -> None:
    content = picture()
    file = (await ben.upload(content, "photo.png")).json()
    whole = await ben.get(f"/files/{file['id']}")
    assert whole.content == content and whole.headers["content-disposition"].startswith("inline")
    part = await ben.get(f"/files/{file['id']}", headers={"range": "bytes=2-5"})
    assert (part.status_code, part.content) == (206, content[2:6])
    assert part.headers["content-range"] == f"bytes 2-5/{len(content)}"
    assert (await ben.get(f"/files/{file['id']}", headers={"range": "bytes=-3"})).content == content[-3:]
    assert (await ben.get(f"/files/{file['id']}", headers={"range": "bytes=999999-"})).status_code == 416
    known = {"if-none-match": whole.headers["etag"]}
    assert (await ben.get(f"/files/{file['id']}", headers=known)).status_code == 304
    thumbnail = await ben.get(f"/files/{file['id']}/thumbnail")
    assert Image.open(io.BytesIO(thumbnail.content)).size == (480, 240)


@pytest.mark.parametrize(
    "content", [b"<!doctype html><script>alert(1)</script>", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>"]
)
async def test_a_picture_that_is_a_page_is_never_active(ben: Browser, content: bytes) -> None:
    file = (await ben.upload(content, "photo.png")).json()
    served = await ben.get(f"/files/{file['id']}")
    assert served.headers["content-type"] == "application/octet-stream"
    assert served.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in served.headers["content-security-policy"]
    assert served.headers["x-content-type-options"] == "nosniff"
    assert (await ben.get(f"/files/{file['id']}/thumbnail")).status_code == 404


async def test_what_cannot_be_uploaded_is_refused_with_what_can(ben: Browser, channel: UUID) -> None:
    assert (await ben.upload(b"", "empty.txt")).status_code == 422
    too_large = await ben.upload(bytes(5 * 1024 * 1024 + 1), "big.bin", channel)
    assert (too_large.status_code, too_large.json()["accepted"][0]["types"]) == (413, ["*/*"])
    assert (await ben.upload(b"x", "a.txt", uuid4())).status_code == 404
    assert (await ben.call("POST", "/api/files", json={"file": "x"})).status_code in (400, 415, 422)
    assert (await ben.call("POST", "/api/files", data={"channel_id": str(channel)})).status_code in (400, 422)


async def test_the_snapshot_and_the_lists_agree(ben: Browser, world: World) -> None:
    conversation = await add_conversation(world, team=world.orders)
    await add_message(world, conversation, "Hello")
    snapshot = (await ben.get("/api/snapshot")).json()
    assert snapshot.keys() == {
        "seq", "me", "agents", "teams", "channels", "bots", "labels", "quick_replies", "views",
        "saved_views", "notifications", "drafts",
    }  # fmt: skip
    assert snapshot["views"]["inbox"] == {"count": 1}
    assert {team["name"]: team["open_count"] for team in snapshot["teams"]} == {"Orders": 1, "Returns": 0}
    page = (await ben.get("/api/conversations", params={"view": "inbox", "counts": True})).json()
    assert page["counts"] == snapshot["views"]
    assert [(c["id"], c["read_count"], c["inbound_count"]) for c in page["items"]] == [(str(conversation), 0, 1)]
    thread = (await ben.get(f"/api/conversations/{conversation}/messages")).json()
    assert [m["text"] for m in thread["items"]] == ["Hello"]
    [hello] = thread["items"]
    for named in (hello["id"], str(hello["seq"])):
        for side in ("before", "after"):
            part = await ben.get(f"/api/conversations/{conversation}/messages", params={side: named})
            assert (part.status_code, part.json()["items"]) == (200, [])
    foreign = await ben.get(f"/api/conversations/{conversation}/messages", params={"before": str(conversation)})
    assert foreign.status_code == 422
    mark = await ben.call(
        "PUT", f"/api/conversations/{conversation}/read", json={"message_id": thread["items"][0]["id"]}
    )
    assert mark.json()["inbound_count"] == 1
    unread = await ben.get("/api/conversations", params={"view": "inbox", "unread": True})
    assert unread.json() == {"items": [], "next_cursor": None}


async def test_a_conversation_is_closed_and_reopened(ben: Browser, world: World) -> None:
    path = f"/api/conversations/{await add_conversation(world, team=world.orders)}"
    assert (await ben.call("PUT", f"{path}/handler", json={"kind": "agent", "id": "me", "epoch": 0})).json()[
        "epoch"
    ] == 1
    old = await ben.call("POST", f"{path}/closure", json={"reason": "spam", "epoch": 0})
    assert (old.status_code, old.json()["code"], old.json()["epoch"]) == (409, "handler_changed", 1)
    closed = await ben.call("POST", f"{path}/closure", json={"reason": "spam", "epoch": 1})
    assert (closed.status_code, closed.json()["closed"]["by"]["name"]) == (200, "Ben")
    assert (await ben.call("POST", f"{path}/closure")).json()["closed"]["reason"] == "spam"
    reopened = await ben.call("DELETE", f"{path}/closure")
    assert reopened.json()["handler"]["kind"] == "agent"


async def test_an_agent_starts_a_conversation_where_the_channel_allows_it(
    ben: Browser, world: World, channel: UUID
) -> None:
    body = {
        "channel_id": str(channel),
        "address": "eve-7",
        "name": "Eve",
        "text": "Hello Eve",
        "client_message_id": "s",
    }
    first, again = [await ben.call("POST", "/api/conversations", json=body) for _ in range(2)]
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    refused = await ben.call("POST", "/api/conversations", json={**body, "channel_id": str(world.api_channel)})
    assert (refused.status_code, refused.json()["code"]) == (409, "cannot_start") and refused.json()["reason"]
    assert (await ben.call("POST", "/api/conversations", json={**body, "contact_id": str(world.bo)})).status_code == 422


async def test_a_conversation_is_begun_with_a_quick_reply_and_its_files(ben: Browser, channel: UUID) -> None:
    file = (await ben.upload(b"Dear Bo", "label.txt")).json()["id"]
    body = {"shortcut": "label", "body": "Hi", "attachment_ids": [file]}
    prepared = (await ben.call("POST", "/api/quick-replies", json=body)).json()
    first = {"text": "Hi", "attachment_ids": [prepared["attachments"][0]["id"]], "quick_reply_ids": [prepared["id"]]}
    to = {"channel_id": str(channel), "address": "quinn"}
    started = await ben.call("POST", "/api/conversations", json={**to, **first})
    assert started.status_code == 201, started.text
    page = (await ben.get(f"/api/conversations/{started.json()['id']}/messages")).json()
    assert [file["name"] for message in page["items"] for file in message["attachments"]] == ["label.txt"]
    assert (await ben.get("/api/quick-replies?q=label")).json()["items"][0]["usage_count"] == 1


async def test_deactivating_an_agent_returns_their_conversations(web: Web, ben: Browser, world: World) -> None:
    conversation = await add_conversation(world, handler=world.ben)
    ada = Browser(await web.signed_in(world.ada))
    assert (await ben.call("PATCH", f"/api/agents/{world.ben}", json={"active": False})).status_code == 403
    assert (await ada.call("PATCH", f"/api/agents/{world.ben}", json={"active": False})).json()["active"] is False
    found = (await ada.get(f"/api/conversations/{conversation}")).json()
    assert found["handler"] == {"kind": "none", "id": None}
    assert (await ben.get("/api/snapshot")).status_code == 401


BAD_CALLS: list[tuple[str, str, Any]] = [
    ("POST", "messages", {"text": 1}),
    ("POST", "messages", {"text": "x" * 20_001}),
    ("POST", "messages", {"text": "x", "client_message_id": "a\x00b"}),
    ("POST", "messages", {"text": "x", "client_message_id": "x" * 101}),
    ("POST", "messages", {"text": "x", "epoch": "one"}),
    ("POST", "messages", {"text": "x", "unknown": True}),
    ("POST", "messages", {"text": "x", "attachment_ids": ["nonsense"]}),
    ("POST", "messages", {"text": "x", "reply_to": str(uuid4())}),
    ("POST", "notes", {"text": ""}),
    ("POST", "notes", {"text": "x", "mentions": [str(uuid4())]}),
    ("PUT", "handler", {"kind": "agent", "id": str(uuid4())}),
    ("PUT", "handler", {"kind": "agent", "id": "you"}),
    ("PUT", "handler", {"kind": "agent"}),
    ("PUT", "handler", {"kind": "nobody"}),
    ("PUT", "handler", {"kind": "none", "team_id": str(uuid4())}),
    ("PUT", "labels", {"labels": [str(uuid4())]}),
    ("PUT", "read", {"message_id": str(uuid4())}),
    ("PUT", "read", []),
    ("GET", "messages?limit=0", None),
    ("GET", "messages?before=99999999999", None),
    ("POST", f"messages/{uuid4()}/retry", None),
]


async def test_bad_input_gets_a_clear_answer_and_changes_nothing(ben: Browser, world: World, channel: UUID) -> None:
    conversation = await add_conversation(world, team=world.orders, channel=channel)
    before = (await ben.get(f"/api/conversations/{conversation}")).json()
    for method, path, body in BAD_CALLS:
        content: dict[str, Any] = {"json": body} if body is not None else {}
        answer = await ben.call(method, f"/api/conversations/{conversation}/{path}", **content)
        assert answer.status_code in (404, 422), (method, path, body, answer.status_code, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
    surrogate = b'{"text": "\\ud800 half", "client_message_id": "s1"}'
    headers = {"content-type": "application/json"}
    answer = await ben.call("POST", f"/api/conversations/{conversation}/notes", content=surrogate, headers=headers)
    assert answer.status_code in (400, 422)
    assert (await ben.get(f"/api/conversations/{conversation}")).json() == before


async def test_what_is_typed_arrives_unchanged(ben: Browser, world: World, channel: UUID) -> None:
    conversation = await add_conversation(world, team=world.orders, channel=channel)
    text = "👩‍👩‍👧 🇩🇪 é مرحبا\n\tdone"
    sent = await ben.call("POST", f"/api/conversations/{conversation}/messages", json={"text": text})
    assert (sent.status_code, sent.json()["text"]) == (201, text)


UNKNOWN = "00000000-0000-7000-8000-000000000000"


@pytest.mark.parametrize("path", ["nonsense", UNKNOWN, f"{UNKNOWN}/messages", "%00"])
async def test_what_does_not_exist_is_not_found(ben: Browser, path: str) -> None:
    assert (await ben.get(f"/api/conversations/{path}")).status_code == 404


async def test_a_list_is_described_by_its_type_though_it_is_sent_as_it_was_kept(ben: Browser, world: World) -> None:
    schema = (await ben.get("/api/schema/openapi.json")).json()
    described = schema["paths"]["/api/conversations"]["get"]
    content = described["responses"]["200"]["content"]["application/json"]["schema"]
    page = schema["components"]["schemas"][content["$ref"].rpartition("/")[2]]
    assert page["properties"].keys() == {"items", "next_cursor", "counts"}
    assert {"sort", "snoozed", "waiting", "priority", "handler_id"} <= {p["name"] for p in described["parameters"]}
    await add_conversation(world)
    answer = await ben.get("/api/conversations", params={"sort": "priority", "handler_id": "none", "waiting": True})
    assert answer.headers["content-type"] == "application/json"
    assert [item["priority"] for item in answer.json()["items"]] == ["normal"]
    for bad in ({"sort": "random"}, {"handler_id": "me"}, {"snoozed": "all"}, {"priority": "highest"}):
        assert (await ben.get("/api/conversations", params=bad)).status_code == 422, bad

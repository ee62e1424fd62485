"""A service's webhook through the whole web application, and the worker that answers it (R1)."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator

import httpx
import msgspec
import pytest

from harken.entry.worker import run_worker
from harken.kit.errors import Busy
from harken.port.services import Services
from tests.web import Web, serving
from tests.world import World

SECRET = "the channel's secret"


@pytest.fixture(autouse=True)
async def secret(services: Services, world: World) -> None:
    sealed = services.sealer.seal(msgspec.json.encode({"secret": SECRET}))
    async with services.db.tx() as tx:
        await tx.execute("update channel set sealed = $1 where id = $2", sealed, world.api_channel)


@contextlib.asynccontextmanager
async def opened(services: Services, world: World) -> AsyncGenerator[tuple[Web, httpx.AsyncClient], None]:
    """The application, and the shop that writes to its channel."""
    async with serving(services) as web:
        shop = await web.nobody()
        shop.headers["authorization"] = f"Bearer {SECRET}"
        shop.base_url = httpx.URL(f"http://testserver/in/api/{world.api_channel}")
        yield web, shop


def said(id: str, text: str = "Hello") -> dict[str, object]:
    return {"id": id, "from": {"id": "bo@example.com", "name": "Bo"}, "text": text}


async def test_a_webhook_is_answered_after_everything_in_it_is_stored(services: Services, world: World) -> None:
    async with opened(services, world) as (_, shop):
        answer = await shop.post("", json=[said("m1"), {"id": "bad", "from": 3}, said("m1")])
        assert answer.status_code == 200
        body = answer.json()
        assert body["accepted"] == 3
        assert [(item["id"], item["outcome"]) for item in body["items"]] == [
            ("m1", "ingested"), ("bad", "parked"), ("m1", "duplicate"),
        ]  # fmt: skip
        async with services.db.connection() as connection:
            assert await connection.fetchval("select count(*) from message") == 1
            headers = await connection.fetchval("select headers from receipt limit 1")
        assert "authorization" not in headers


async def test_a_stranger_a_wrong_channel_and_a_broken_body_store_nothing(services: Services, world: World) -> None:
    async with opened(services, world) as (web, shop):
        nobody = await web.nobody()
        here = f"/in/api/{world.api_channel}"
        assert (await nobody.post(here, json=said("m1"))).status_code == 401
        assert (await nobody.post(here, json=said("m1"), headers={"authorization": "Bearer x"})).status_code == 401
        assert (await nobody.post(f"/in/email/{world.api_channel}", json=said("m1"))).status_code == 404
        assert (await nobody.post(f"/in/api/{world.workspace}", json=said("m1"))).status_code == 404
        assert (await nobody.post("/in/api/nonsense", json=said("m1"))).status_code == 404
        assert (await nobody.get(here)).status_code == 404
        assert (await shop.post("", content=b"\xff{")).status_code == 400
        assert (await shop.post("", content=b"x" * (26 * 1024 * 1024))).status_code == 413
        async with services.db.connection() as connection:
            assert await connection.fetchval("select count(*) from receipt") == 0


async def test_a_full_batcher_is_a_503_with_retry_after(
    services: Services, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(services, world) as (web, shop):

        async def full(*_: object, **__: object) -> list[object]:
            raise Busy("full", retry_after=7)

        monkeypatch.setattr(web.app.state.batcher, "submit", full)
        answer = await shop.post("", json=said("m1"))
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")


async def test_an_admin_sees_what_was_parked_and_lets_it_be_taken_again(services: Services, world: World) -> None:
    async with opened(services, world) as (web, shop):
        await shop.post("", json={"id": "bad", "from": 3})
        ada, ben = await web.signed_in(world.ada), await web.signed_in(world.ben)
        assert (await ben.get("/api/receipts")).status_code == 403
        [parked] = (await ada.get("/api/receipts?outcome=parked")).json()["items"]
        assert "from" in parked["error"]
        async with services.db.tx() as tx:  # as if the parser had been mended
            await tx.execute("update receipt set body = $1", msgspec.json.encode(said("bad")))
        answer = await ada.post(f"/api/receipts/{parked['id']}/replay")
        assert (answer.status_code, answer.json()["outcome"]) == (200, "ingested")
        assert (await ada.get("/api/receipts")).json()["items"] == []


async def test_an_admin_lets_a_parked_task_run_again(services: Services, world: World) -> None:
    async with opened(services, world) as (web, _):
        async with services.db.tx() as tx:
            await tx.execute(
                "insert into task (id, workspace_id, kind, state, error) values ($1, $2, 'say', 'parked', 'no')",
                world.bo, world.workspace,
            )  # fmt: skip
        ada = await web.signed_in(world.ada)
        [task] = (await ada.get("/api/tasks?state=parked")).json()["items"]
        assert task["error"] == "no"
        assert (await ada.post(f"/api/tasks/{task['id']}/retry")).status_code == 204
        assert (await ada.post(f"/api/tasks/{task['id']}/retry")).status_code == 409


async def test_a_customers_message_is_answered_and_the_answer_reaches_their_service(
    services: Services, world: World
) -> None:
    async with opened(services, world) as (web, shop):
        got: asyncio.Queue[dict[str, object]] = asyncio.Queue()

        async def callback(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = int(head.split("content-length: ")[1].split("\r\n")[0])
            got.put_nowait(msgspec.json.decode(await reader.readexactly(length)))
            writer.write(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
            await writer.drain()
            writer.close()

        listening = await asyncio.start_server(callback, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        async with services.db.tx() as tx:
            await tx.execute("update channel set settings = $1", {"callback_url": f"http://127.0.0.1:{port}/"})
        worker = asyncio.create_task(run_worker(services, web.app.state.directory, web.app.state.batcher))
        await shop.post("", json=said("m1", "Where is it?"))
        ben = await web.signed_in(world.ben)
        [conversation] = (await ben.get("/api/conversations?view=inbox")).json()["items"]
        sent = await ben.post(
            f"/api/conversations/{conversation['id']}/messages", json={"client_message_id": "c1", "text": "On its way"}
        )
        assert sent.status_code == 201, sent.text
        posted = await asyncio.wait_for(got.get(), 10)
        assert (posted["text"], posted["to"]) == ("On its way", {"id": "bo@example.com", "name": "Bo"})
        await shop.post("", json={"id": "n1", "type": "delivery", "message_id": posted["message_id"], "state": "read"})
        messages = []
        for _ in range(50):
            messages = (await ben.get(f"/api/conversations/{conversation['id']}/messages")).json()["items"]
            if messages[-1]["delivery"]["state"] == "read":
                break
            await asyncio.sleep(0.05)
        assert messages[-1]["delivery"]["state"] == "read"
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)
        listening.close()
        await listening.wait_closed()


async def test_a_file_that_came_as_a_url_is_fetched_and_shown(services: Services, world: World) -> None:
    async with opened(services, world) as (web, shop):
        await shop.post("", json={**said("m1"), "attachments": [{"name": "a.png", "url": "http://127.0.0.1:1/a.png"}]})
        worker = asyncio.create_task(run_worker(services, web.app.state.directory, web.app.state.batcher))
        state = ""
        for _ in range(100):
            async with services.db.connection() as connection:
                state = await connection.fetchval("select state from file")
            if state != "pending":
                break
            await asyncio.sleep(0.05)
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)
        async with services.db.connection() as connection:
            told = msgspec.json.decode(
                await connection.fetchval("select payload from event where type = 'message_changed'")
            )
        assert state == told["message"]["attachments"][0]["state"] == "failed"  # our own network is not fetched from

"""Files in parts: they go on where the connection broke off, and are refused as early as can be known."""

from typing import Any

import httpx

from harken.port.services import Services
from tests.web import serving
from tests.world import World


async def announce(client: httpx.AsyncClient, size: int, **more: Any) -> str:
    answer = await client.post("/api/uploads", json={"name": "notes.txt", "size": size, **more})
    assert answer.status_code == 201, answer.text
    assert answer.json()["offset"] == 0
    return f"/api/uploads/{answer.json()['id']}"


async def send(client: httpx.AsyncClient, path: str, offset: int, content: bytes) -> httpx.Response:
    return await client.patch(path, content=content, headers={"Upload-Offset": str(offset)})


async def blob_keys(services: Services) -> list[str]:
    return [key async for key in services.blobs.keys("")]


async def test_a_file_comes_in_parts_and_each_offset_holds_once(services: Services, world: World) -> None:
    async with serving(services) as web:
        ada = await web.with_token(world.ada)
        path = await announce(ada, 11, type="text/plain; charset=utf-8")
        first = await send(ada, path, 0, b"hello ")
        assert (first.status_code, first.json()["offset"], first.json()["file"]) == (200, 6, None)
        wrong = await send(ada, path, 0, b"hello ")
        assert (wrong.status_code, wrong.json()["code"], wrong.json()["offset"]) == (409, "wrong_offset", 6)
        assert (await ada.head(path)).headers["upload-offset"] == "6"

        last = await send(ada, path, 6, b"world")
        file = last.json()["file"]
        assert (file["name"], file["type"], file["size"]) == ("notes.txt", "text/plain", 11)
        assert (await ada.get(f"/files/{file['id']}")).content == b"hello world"
        assert not [key for key in await blob_keys(services) if key.startswith("uploads/")]


async def test_a_lost_last_answer_can_be_asked_for_again(services: Services, world: World) -> None:
    async with serving(services) as web:
        ada = await web.with_token(world.ada)
        path = await announce(ada, 5)
        file = (await send(ada, path, 0, b"hello")).json()["file"]
        assert (await ada.get(path)).json()["file"] == file
        assert (await send(ada, path, 5, b"")).json()["file"] == file


async def test_more_than_was_announced_is_refused_and_what_came_before_stays(services: Services, world: World) -> None:
    async with serving(services) as web:
        ada = await web.with_token(world.ada)
        path = await announce(ada, 5)
        await send(ada, path, 0, b"he")
        answer = await send(ada, path, 2, b"llo world")
        assert answer.status_code == 413
        assert (await ada.get(path)).json()["offset"] == 2
        assert len(await blob_keys(services)) == 1


async def test_what_cannot_go_is_refused_when_it_is_announced(services: Services, world: World) -> None:
    async with serving(services) as web:
        ada = await web.with_token(world.ada)

        async def refused(**announced: Any) -> tuple[int, Any]:
            answer = await ada.post(
                "/api/uploads", json={"name": "a.bin", "channel_id": str(world.api_channel), **announced}
            )
            return answer.status_code, answer.json()

        status, problem = await refused(size=6 * 1024 * 1024)
        assert status == 413 and problem["accepted"] and problem["max_bytes"] == 5 * 1024 * 1024
        assert (await refused(size=2 * 1024**3, channel_id=None))[0] == 413
        assert (await refused(size=0))[0] == 422


async def test_an_upload_is_its_uploaders_alone_and_can_be_given_up(services: Services, world: World) -> None:
    async with serving(services) as web:
        ada = await web.with_token(world.ada)
        path = await announce(ada, 5)
        await send(ada, path, 0, b"he")
        ben = await web.with_token(world.ben)
        assert (await ben.get(path)).status_code == 404
        assert (await send(ben, path, 2, b"llo")).status_code == 404
        assert (await ben.delete(path)).status_code == 404
        assert (await ada.delete(path)).status_code == 204
        assert (await ada.get(path)).status_code == 404
        assert await blob_keys(services) == []

"""The server is killed with -9 in the middle of a stream of webhooks and replies, ten times."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.program import Program

CONTACTS, KILLS = 12, 10


class Service:
    """The service behind an `api` channel: takes callbacks and counts them by webhook-id."""

    def __init__(self) -> None:
        self.callbacks: Counter[str] = Counter()
        self.texts: dict[str, str] = {}

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                self.callbacks[headers["webhook-id"]] += 1
                self.texts[headers["webhook-id"]] = body.decode()
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")
                await writer.drain()
        writer.close()


@pytest.fixture
async def service() -> AsyncIterator[tuple[Service, str]]:
    service = Service()
    server = await asyncio.start_server(service.answer, "127.0.0.1", 0)
    yield service, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    server.close()


class Stream:
    """Customers who write and an agent who replies, each again and again until it is acknowledged."""

    def __init__(self, program: Program, channel: dict[str, Any]) -> None:
        self.program, self.channel, self.stopped = program, channel, False
        self.taken: dict[str, list[str]] = {f"c{n}": [] for n in range(CONTACTS)}
        self.replied: list[str] = []

    async def _until_taken(self, client: httpx.AsyncClient, path: str, body: Any, key: str) -> httpx.Response | None:
        while not self.stopped:
            try:
                answer = await client.post(path, json=body, headers={"Authorization": f"Bearer {key}"})
            except httpx.HTTPError:
                await asyncio.sleep(0.05)
                continue
            if answer.status_code < 300:
                return answer
            assert answer.status_code in (409, 429, 503), answer.text
            if answer.status_code == 409:
                return None
            await asyncio.sleep(0.05)
        return None

    async def customer(self, client: httpx.AsyncClient, address: str) -> None:
        number = 0
        while not self.stopped:
            item = {"id": f"{address}-{number}", "from": {"id": address, "name": address}, "text": f"{number}"}
            if await self._until_taken(client, f"/in/api/{self.channel['id']}", item, self.channel["secret"]):
                self.taken[address].append(f"{address}-{number}")
            number += 1
            await asyncio.sleep(0.02)

    async def agent(self, client: httpx.AsyncClient) -> None:
        number = 0
        while not self.stopped:
            with contextlib.suppress(httpx.HTTPError, KeyError, ValueError):
                page = await client.get(
                    "/api/conversations?view=inbox&limit=50", headers={"Authorization": f"Bearer {self.program.token}"}
                )
                mine = await client.get(
                    "/api/conversations?view=yours&limit=50", headers={"Authorization": f"Bearer {self.program.token}"}
                )
                for conversation in (page.json()["items"] + mine.json()["items"])[:5]:
                    number += 1
                    body = {"client_message_id": f"reply-{number}", "text": f"reply-{number}", "take_over": True}
                    path = f"/api/conversations/{conversation['id']}/messages"
                    if await self._until_taken(client, path, body, self.program.token):
                        self.replied.append(f"reply-{number}")
            await asyncio.sleep(0.03)


async def _texts(client: httpx.AsyncClient, conversation_id: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    after = 0
    while True:
        page = (await client.get(f"/api/conversations/{conversation_id}/messages?limit=100&after={after}")).json()[
            "items"
        ]
        if not page:
            return items
        items += page
        after = max(message["seq"] for message in page)


@pytest.mark.timeout(240)
async def test_nothing_acknowledged_is_lost_or_doubled_by_ten_kills(
    tmp_path: Path, service: tuple[Service, str]
) -> None:
    receiver, callback = service
    program = Program(tmp_path / "data").set_up()
    with program:
        program.start()
        settings = {"callback_url": callback}
        channel = program.call("POST", "/api/channels", {"name": "Shop", "connector": "api", "settings": settings})
        stream = Stream(program, channel)
        async with httpx.AsyncClient(base_url=program.url, timeout=10) as client:
            tasks = [asyncio.create_task(stream.customer(client, address)) for address in stream.taken]
            tasks.append(asyncio.create_task(stream.agent(client)))
            for _ in range(KILLS):
                await asyncio.sleep(0.8)
                await asyncio.to_thread(program.kill)
                await asyncio.to_thread(program.start)
            await asyncio.sleep(1)
            stream.stopped = True
            await asyncio.gather(*tasks)
        headers = {"Authorization": f"Bearer {program.token}"}
        async with httpx.AsyncClient(base_url=program.url, timeout=30, headers=headers) as client:
            await _expect_all(client, stream, receiver)


async def _expect_all(client: httpx.AsyncClient, stream: Stream, receiver: Service) -> None:
    conversations = (await client.get("/api/conversations?view=inbox&limit=100")).json()["items"]
    conversations += (await client.get("/api/conversations?view=open&limit=100")).json()["items"]
    assert len(conversations) == CONTACTS
    shown_replies: Counter[str] = Counter()
    for conversation in conversations:
        messages: list[dict[str, Any]] = []
        states: set[str] = set()
        for _ in range(600):
            messages = await _texts(client, conversation["id"])
            states = {m["delivery"]["state"] for m in messages if m["delivery"]}
            if states <= {"sent", "delivered", "read"}:
                break
            await asyncio.sleep(0.1)
        assert states <= {"sent", "delivered", "read"}, states
        assert [m["seq"] for m in messages] == list(range(1, len(messages) + 1))
        shown = Counter(m["text"] for m in messages if m["direction"] == "in")
        taken = [key.rsplit("-", 1)[1] for key in stream.taken[conversation["address"]]]
        assert not set(taken) - set(shown), "an acknowledged message was lost"
        assert all(count == 1 for count in shown.values()), "a message is shown twice"
        shown_replies.update(m["text"] for m in messages if m["direction"] == "out")
    assert set(stream.replied) <= set(shown_replies)
    assert all(count == 1 for count in shown_replies.values()), "a reply is shown twice"
    assert len(stream.replied) > 20, "too few replies to show anything"
    # A repeated callback carries the webhook-id of the first, so that the service takes it once (Standard Webhooks).
    sent = Counter(text.split('"text":"')[1].split('"')[0] for text in receiver.texts.values())
    assert set(shown_replies) == set(sent), "a reply was not sent"
    assert all(count == 1 for count in sent.values()), "a reply went out under two ids"

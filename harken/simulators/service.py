"""A service of one's own behind an `api` channel: takes signed callbacks, and writes in as its customers do."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import msgspec

from harken.kit.crypto import same, standard_webhook_signature

OnMessage = Callable[[dict[str, Any]], Awaitable[None]]


class Service:
    """`start`, then `callback_url` is where Harken posts answers; `on_message` is called with each, once per webhook-id."""

    def __init__(self, base_url: str, channel_id: str, secret: str, on_message: OnMessage) -> None:
        self._inbound = f"{base_url}/in/api/{channel_id}"
        self._secret, self._on_message = secret, on_message
        self._seen: set[str] = set()
        self._server: asyncio.Server | None = None
        self._client = httpx.AsyncClient(headers={"Authorization": f"Bearer {secret}"}, timeout=20)
        self._running: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)

    async def stop(self) -> None:
        if self._server:
            self._server.close()
        await self._client.aclose()

    @property
    def callback_url(self) -> str:
        assert self._server, "the service is not started"
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/messages"

    async def write(self, item: dict[str, Any]) -> None:
        """Posts one item; repeats it until it is taken, as a service would."""
        for wait in (0.2, 1, 3, 9, 27):
            with contextlib.suppress(httpx.HTTPError):
                if (await self._client.post(self._inbound, json=item)).status_code == 200:
                    return
            await asyncio.sleep(wait)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, ValueError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                lines = [line.split(":", 1) for line in head.split("\r\n")[1:] if ":" in line]
                headers = {name.strip().lower(): value.strip() for name, value in lines}
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                writer.write(self._answer(headers, body))
                await writer.drain()
        writer.close()

    def _answer(self, headers: dict[str, str], body: bytes) -> bytes:
        message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "0")
        expected = standard_webhook_signature(self._secret, message_id, int(timestamp), body)
        if not same(headers.get("webhook-signature", ""), expected):
            return b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n"
        if message_id not in self._seen:
            self._seen.add(message_id)
            task = asyncio.ensure_future(self._on_message(msgspec.json.decode(body)))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"

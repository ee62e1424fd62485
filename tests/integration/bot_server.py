"""A small real bot over HTTP: checks the signature, and does what the test says: late, twice, garbage, an error, never."""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

from harken.kit.crypto import same, standard_webhook_signature

Answer = Callable[[dict[str, Any]], Awaitable[tuple[int, bytes]]]


class BotServer:
    """`asked`: the turns whose signature was right."""

    def __init__(self) -> None:
        self.secret = ""
        self.asked: list[dict[str, Any]] = []
        self.refused = 0
        self.port = 0
        self.answer: Answer = nothing
        self.open: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/turns"

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.open.add(task)
        try:
            await self._serve(reader, writer)
        finally:
            self.open.discard(task)
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in head[1:])}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            status, data = await self._judge(headers, body)
            writer.write(
                f"HTTP/1.1 {status} X\r\ncontent-length: {len(data)}\r\nconnection: close\r\n\r\n".encode() + data
            )
            await writer.drain()

    async def _judge(self, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        at = int(headers["webhook-timestamp"])
        expected = standard_webhook_signature(self.secret, headers["webhook-id"], at, body)
        if not same(headers["webhook-signature"], expected):
            self.refused += 1
            return 401, b""
        turn = json.loads(body)
        self.asked.append(turn)
        return await self.answer(turn)


async def nothing(turn: dict[str, Any]) -> tuple[int, bytes]:
    return 204, b""


def outcome(*answers: dict[str, Any], **given: Any) -> Answer:
    async def answer(turn: dict[str, Any]) -> tuple[int, bytes]:
        return 200, json.dumps({"answers": list(answers), **given}).encode()

    return answer


@contextlib.asynccontextmanager
async def bot_server() -> AsyncGenerator[BotServer]:
    bot = BotServer()
    server = await asyncio.start_server(bot.handle, "127.0.0.1", 0)
    bot.port = server.sockets[0].getsockname()[1]
    try:
        yield bot
    finally:
        server.close()
        left = list(bot.open)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

"""A small HTTP/1.1 client over one kept-alive connection: so light that what is measured is the server."""

import asyncio
import time


class Wire:
    """One connection. `ask` sends prepared bytes and returns (status, body, seconds)."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def open(cls, port: int) -> "Wire":
        return cls(*await asyncio.open_connection("127.0.0.1", port, limit=16 * 1024 * 1024))

    async def ask(self, request: bytes) -> tuple[int, bytes, float]:
        began = time.perf_counter()
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        status = int(head[9:12])
        lower = head.lower()
        length = 0
        if b"content-length:" in lower:
            length = int(lower.split(b"content-length:")[1].split(b"\r\n")[0])
        body = await self._reader.readexactly(length)
        return status, body, time.perf_counter() - began

    def close(self) -> None:
        self._writer.close()


def request(method: str, path: str, token: str, body: bytes = b"") -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {token}\r\n"
    if body:
        head += f"content-type: application/json\r\ncontent-length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body


def percentile(values: list[float], part: float) -> float:
    """The value below which `part` (0..1) of them lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]

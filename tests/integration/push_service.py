"""A push service of one's own for tests: takes pushes over HTTP, checks who signs them and opens them as a browser does."""

import asyncio
import base64
import contextlib
import os
from collections.abc import AsyncGenerator
from typing import Any, cast

import http_ece  # pyright: ignore[reportMissingTypeStubs]
import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02


def unpadded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


class Browser:
    """What a browser keeps of a subscription."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.auth = os.urandom(16)

    @property
    def subscription(self) -> dict[str, Any]:
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return {
            "endpoint": self.endpoint,
            "expirationTime": None,
            "keys": {"p256dh": unpadded(point), "auth": unpadded(self.auth)},
        }

    def open(self, body: bytes) -> dict[str, Any]:
        plain = cast("Any", http_ece).decrypt(body, private_key=self.key, auth_secret=self.auth, version="aes128gcm")
        return msgspec.json.decode(plain)


class PushService:
    """`answers`: the statuses of the next pushes; 201 when there is none left."""

    def __init__(self) -> None:
        self.port = 0
        self.taken: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: list[int] = []

    def browser(self, name: str = "one") -> Browser:
        return Browser(f"http://127.0.0.1:{self.port}/push/{name}")

    def signed_by(self, headers: dict[str, str]) -> tuple[str, dict[str, Any]]:
        """The key of the Authorization header and what it claims. Raises AssertionError when the signature is false."""
        assert cast("Any", Vapid02).verify(headers["authorization"])
        fields = dict(part.split("=", 1) for part in headers["authorization"].removeprefix("vapid ").split(","))
        claims = fields["t"].split(".")[1]
        return fields["k"], msgspec.json.decode(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        self.taken.append((head[0].split(" ")[1], headers, body))
        status = self.answers.pop(0) if self.answers else 201
        writer.write(f"HTTP/1.1 {status} Said\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()


@contextlib.asynccontextmanager
async def push_service() -> AsyncGenerator[PushService]:
    service = PushService()
    server = await asyncio.start_server(service.serve, "127.0.0.1", 0)
    service.port = server.sockets[0].getsockname()[1]
    try:
        yield service
    finally:
        server.close()
        await server.wait_closed()

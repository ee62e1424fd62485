"""A small HTTP server of another party: real connections, answers as a test says."""

import json
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec


class Asked(msgspec.Struct, frozen=True):
    """One request as it came."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]  # names in lower case
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class HttpPeer:
    """`reply` answers each request with a status and a body (bytes as they are, else JSON); `asked` holds them in order."""

    def __init__(self, reply: Callable[[Asked], tuple[int, Any]]) -> None:
        self.asked: list[Asked] = []
        self._reply = reply
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                owner.serve(self)

            do_GET = do_POST

            def log_message(self, format: str, *args: Any) -> None:
                """Tests are silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        body = handler.rfile.read(int(handler.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        asked = Asked(handler.command, parts.path, parse_qs(parts.query), headers, body)
        self.asked.append(asked)
        status, answer = self._reply(asked)
        content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        handler.send_response(status)
        handler.send_header("content-type", "application/json")
        handler.send_header("content-length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def http_peer(reply: Callable[[Asked], tuple[int, Any]]) -> Generator[HttpPeer]:
    server = HttpPeer(reply)
    server.start()
    yield server
    server.stop()

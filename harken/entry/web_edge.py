"""The outermost layer of every HTTP answer: security headers, gzip, HEAD, metrics. One plain ASGI wrapper, for speed."""

import gzip
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final, cast

from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import Counter, Histogram

Finished = Callable[[dict[str, Any], int, bytes], Awaitable[None]]

REQUESTS = Counter("harken_http_requests", "HTTP requests", ["method", "route", "status"])
SECONDS = Histogram(
    "harken_http_request_seconds", "Time to the end of the answer", ["route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)  # fmt: skip

# Mail bodies are shown in sandboxed frames, which inherit this policy: images from anywhere are let through here and
# blocked by the frame's own policy until the agent asks for them.
APP_POLICY: Final = (
    b"default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob: http: https:; "
    b"media-src 'self' blob:; font-src 'self' data:; connect-src 'self'; frame-src 'self' blob:; worker-src 'self' blob:; "
    b"object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# The widget's frame itself (connectors/webchat) names the pages that may frame it; this is for its plain files.
WIDGET_POLICY: Final = (
    b"default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; "
    b"object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_ALWAYS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
)
_GZIP_FROM: Final = 1400  # bytes: what fits in one packet gains nothing
_TEXT: Final = (b"application/json", b"application/problem+json", b"text/", b"application/javascript", b"image/svg")


def edge(app: ASGIApp, finished: Finished) -> ASGIApp:
    """`finished(scope, status, body)` runs before the last bytes of an answer leave; body is b"" for a stream."""

    async def run(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        head = scope["method"] == "HEAD"
        if head:  # in a copy: the server reads in its own that the answer has no body
            scope = cast("Scope", {**scope, "method": "GET"})
        await app(scope, receive, _Answer(scope, send, finished, head=head).send)

    return run


class _Answer:
    """One answer on its way out: the start is held until it is known how the body comes."""

    def __init__(self, scope: Any, send: Send, finished: Finished, *, head: bool) -> None:
        self._scope, self._out, self._finished = scope, send, finished
        self._start: Any = None
        self._began = time.perf_counter()
        self._head = head

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        if message["type"] != "http.response.body":
            await self._out(message)
            return
        body, more = message.get("body", b""), message.get("more_body", False)
        if self._start is not None:
            body = await self._begin(body, more)
        if self._head:
            body = b""
        await self._out({"type": "http.response.body", "body": body, "more_body": more})

    async def _begin(self, body: bytes, more: bool) -> bytes:
        start, self._start = self._start, None
        status = start["status"]
        await self._finished(self._scope, status, b"" if more else body)
        self._measure(status)
        headers = [(k.lower(), v) for k, v in start["headers"]]
        if not more:
            body = _packed(self._scope, headers, body)
        _protect(self._scope["path"], headers)
        start["headers"] = headers
        await self._out(start)
        return body

    def _measure(self, status: int) -> None:
        route = self._scope.get("path_template") or "other"
        REQUESTS.labels(self._scope["method"], route, status).inc()
        SECONDS.labels(route).observe(time.perf_counter() - self._began)


def _packed(scope: Any, headers: list[tuple[bytes, bytes]], body: bytes) -> bytes:
    names = dict(headers)
    compressible = names.get(b"content-type", b"").startswith(_TEXT) and b"content-encoding" not in names
    if len(body) < _GZIP_FROM or not compressible:
        return body
    headers.append((b"vary", b"accept-encoding"))
    accepted = next((v for k, v in scope["headers"] if k == b"accept-encoding"), b"")
    if b"gzip" not in accepted:
        return body
    packed = gzip.compress(body, compresslevel=3, mtime=0)
    headers[:] = [(k, v) for k, v in headers if k != b"content-length"]
    headers += [(b"content-encoding", b"gzip"), (b"content-length", str(len(packed)).encode())]
    return packed


def _protect(path: str, headers: list[tuple[bytes, bytes]]) -> None:
    names = {k for k, _ in headers}
    headers.extend(pair for pair in _ALWAYS if pair[0] not in names)
    if b"content-security-policy" not in names:
        headers.append((b"content-security-policy", WIDGET_POLICY if path.startswith("/widget/") else APP_POLICY))
    if b"cache-control" not in names and path.startswith("/api/"):
        headers.append((b"cache-control", b"no-store"))

"""What browsers load: the frame with its policy, files of messages by signed links, and a page to try the chat on."""

import html
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.response import Stream

from harken.connectors.webchat.gate import get_channel, require_embedding
from harken.connectors.webchat.identity import may_fetch
from harken.connectors.webchat.manifest import DEFAULT_ACCENT, allowed_origins
from harken.kit.errors import Busy, Forbidden, NotFound
from harken.port.host import Host, OpenFile
from harken.port.messages import ChannelConfig
from harken.port.services import Services

_ANYBODY: Final = {"anonymous": True}
_FRAME: Final = Path(__file__).parents[2] / "static" / "widget" / "frame.html"
_DEMO: Final = Path(__file__).with_name("demo.html")
_HTML: Final = "text/html; charset=utf-8"
_FRAME_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src 'self' blob: data:; "
    "media-src 'self' blob:; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors "
)
_DEMO_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-src 'self'; "
    "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_FILE_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; media-src 'self'; sandbox"
_SHOWN: Final = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "audio/", "video/")


@get("/widget/frame", opt=_ANYBODY)
async def frame(request: Request[Any, Any, Any], channel: UUID, state: State, origin: str = "") -> Response[bytes]:
    """The conversation's page, for this host page's origin and no other."""
    found = await get_channel(state.host, channel)
    require_embedding(request, found, origin)
    if not _FRAME.is_file():
        raise Busy("the widget has not been built (make setup)", retry_after=60)
    ancestors = " ".join(allowed_origins(found.settings, found.public_url))
    return _page(_FRAME.read_bytes(), _FRAME_POLICY + f"'self' {ancestors}")


@get("/widget/preview", opt=_ANYBODY)
async def preview() -> Response[bytes]:
    """The same page for Settings, which tells it how to look; it asks the server for nothing."""
    if not _FRAME.is_file():
        raise Busy("the widget has not been built (make setup)", retry_after=60)
    return _page(_FRAME.read_bytes(), _FRAME_POLICY + "'self'")


@get("/widget/demo", opt=_ANYBODY)
async def demo(channel: UUID, state: State) -> Response[bytes]:
    """A shop's page with the chat of this channel."""
    found = await get_channel(state.host, channel)
    return _page(_filled(found).encode(), _DEMO_POLICY)


@get("/widget/files/{file_id:uuid}", opt=_ANYBODY)
async def file(
    request: Request[Any, Any, Any], file_id: UUID, channel: UUID, until: int, signature: str, state: State,
    services: Services,
) -> Stream:  # fmt: skip
    """A file of a message, by a link that its visitor was given."""
    host: Host = state.host
    found = await get_channel(host, channel)
    if not may_fetch(found, file_id, until, signature, services.clock.now()):
        raise Forbidden("the link has ended", code="link_ended")
    opened = await host.find_file(found, file_id)
    if opened is None:
        raise NotFound
    part = _part(request.headers.get("range", ""), opened.size)
    start, end = part or (0, opened.size)
    headers = _file_headers(opened) | {"Content-Length": str(end - start), "Accept-Ranges": "bytes"}
    if part:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{opened.size}"
    content: AsyncIterator[bytes] = host.read_file(opened, start, end)
    return Stream(content, status_code=206 if part else 200, media_type=opened.type, headers=headers)


ROUTES = [frame, preview, demo, file]


def _page(content: bytes, policy: str) -> Response[bytes]:
    headers = {"Content-Security-Policy": policy, "Cache-Control": "no-cache", "Referrer-Policy": "no-referrer"}
    return Response(content, media_type=_HTML, headers=headers)


def _filled(channel: ChannelConfig) -> str:
    accent = channel.settings.get("accent") or DEFAULT_ACCENT
    text = _DEMO.read_text(encoding="utf-8")
    look = {"channel": str(channel.id), "accent": accent, "side": channel.settings.get("side") or "end"}
    for name, value in look.items():
        text = text.replace(f"{{{{{name}}}}}", html.escape(value))
    return text


def _file_headers(file: OpenFile) -> dict[str, str]:
    """Never active content: what is not plainly a picture or a recording is downloaded."""
    shown = file.type != "image/svg+xml" and file.type.startswith(_SHOWN)
    name = quote(file.name.encode("utf-8", "replace"))
    return {
        "Content-Disposition": f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{name}",
        "Content-Security-Policy": _FILE_POLICY,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, max-age=86400",
    }


def _part(header: str, size: int) -> tuple[int, int] | None:
    """One range of bytes, as players ask for it (RFC 9110, 14.2); None for all, also when it cannot be read."""
    unit, _, given = header.partition("=")
    first, dash, last = given.strip().partition("-")
    if unit != "bytes" or not dash or not all(n.isascii() and (n == "" or n.isdigit()) for n in (first, last)):
        return None
    if not first:
        start, end = max(0, size - int(last or 0)), size
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
    return (start, end) if start < end else None

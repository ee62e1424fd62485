"""GET /api/live: the WebSocket of a page (architecture.md, "Real time, exactly")."""

from typing import Any, Final
from urllib.parse import urlsplit

from litestar import WebSocket, websocket
from litestar.datastructures import State

from harken.kit.crypto import token_hash
from harken.live.gateway import GARBAGE, serve
from harken.live.hub import Hub
from harken.live.subscriber import SIGNED_OUT
from harken.people.access import SESSION_COOKIE, caller_by_session, caller_by_token
from harken.port.services import Services

_FOREIGN: Final = 4403  # before the accept: the server answers 403


@websocket("/api/live", opt={"anonymous": True})
async def live(socket: WebSocket[Any, Any, State], state: State, services: Services) -> None:
    """Signed in by the session's cookie (same origin only) or a bearer token; otherwise closed with 4003."""
    hub: Hub = state.hub
    kind, _, bearer = socket.headers.get("authorization", "").partition(" ")
    token = bearer.strip() if kind.lower() == "bearer" else socket.cookies.get(SESSION_COOKIE, "")
    if kind.lower() != "bearer" and not _same_origin(socket, services.settings.public_url):
        await socket.close(code=_FOREIGN)
        return
    find = caller_by_token if kind.lower() == "bearer" else caller_by_session
    caller = await find(services.db, token, services.clock) if token else None
    await socket.accept()
    raw_since = socket.query_params.get("since")
    if caller is None or not caller.has_scope("read"):
        await socket.close(code=SIGNED_OUT)
    elif raw_since is not None and not (raw_since.isascii() and raw_since.isdigit() and len(raw_since) < 19):
        await socket.close(code=GARBAGE)
    else:
        since = None if raw_since is None else int(raw_since)
        await serve(socket, hub, services.db, caller, token_hash(token), since)


def _same_origin(socket: WebSocket[Any, Any, State], public_url: str) -> bool:
    """Browsers always say the origin: no other site's page may read an agent's socket with their cookie."""
    origin = urlsplit(socket.headers.get("origin", "")).netloc
    return bool(origin) and origin in (socket.headers.get("host", ""), urlsplit(public_url).netloc)


ROUTES = [live]

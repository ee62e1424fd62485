"""Who is calling, before any handler runs: the session cookie with its CSRF token, or a bearer token with its scopes.

A handler with `opt={"anonymous": True}` runs for everybody. What was looked up is kept for at most CACHE_SECONDS, and
is forgotten at once by the process in which rights, sessions or passwords change. A limited session (people/access) gets
no further than handlers with `opt={"limited": True}`.
"""

import re
import time
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from litestar import Request

from harken.entry.services import Services
from harken.kit.crypto import same
from harken.kit.errors import Forbidden, Invalid, NotSignedIn
from harken.people.access import SESSION_COOKIE, caller_by_token, find_session
from harken.people.model import Caller

CACHE_SECONDS: Final = 1.0
_CACHE_SIZE: Final = 5000
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_RIGHTS_PATHS: Final = (
    "/api/session",
    "/api/me",
    "/api/agents",
    "/api/teams",
    "/api/tokens",
    "/api/invitations",
    "/api/workspace",
    "/api/oidc-providers",
)
_NUL: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class _Entry(msgspec.Struct, frozen=True):
    caller: Caller
    csrf_token: str | None  # None: a bearer token
    until: float
    limited: bool = False


class Doorkeeper:
    """Finds the caller of a request. One per process; holds the short cache."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._known: dict[str, _Entry] = {}
        self._own = urlsplit(services.settings.public_url).netloc

    async def before_request(self, request: Request[Any, Any, Any]) -> None:
        """Refuses what may not run: raises NotSignedIn, Forbidden or Invalid."""
        await refuse_nul(request)
        anonymous = bool(request.route_handler.opt.get("anonymous"))
        safe = request.method in _SAFE
        bearer = _bearer(request) if not anonymous else None
        if not safe and bearer is None and request.scope["path"].startswith("/api/"):
            self._require_own_origin(request)
        if anonymous:
            return
        entry = await self._bearer_entry(bearer) if bearer else await self._session_entry(request)
        if entry is None:
            raise NotSignedIn
        if entry.csrf_token is not None and not safe:
            _require_csrf(request, entry.csrf_token)
        if entry.limited and not request.route_handler.opt.get("limited"):
            raise Forbidden("set up a second factor first", code="second_factor_needed")
        if not entry.caller.has_scope("read" if safe else "write"):
            raise Forbidden(f"the token lacks the scope {'read' if safe else 'write'}", code="scope_missing")
        request.scope["state"]["caller"] = entry.caller

    def forget_after(self, method: str, path: str) -> None:
        """Called when a request is done: one that may have changed rights empties the cache."""
        if method not in _SAFE and path.startswith(_RIGHTS_PATHS):
            self._known.clear()

    async def _session_entry(self, request: Request[Any, Any, Any]) -> _Entry | None:
        token = request.cookies.get(SESSION_COOKIE)
        if not token:
            return None
        entry = self._recall(token)
        if entry is None:
            session = await find_session(self._services.db, token, self._services.clock.now())
            entry = self._remember(token, session.caller, session.csrf_token, session.limited) if session else None
        return entry

    async def _bearer_entry(self, token: str) -> _Entry | None:
        entry = self._recall(token)
        if entry is None:
            caller = await caller_by_token(self._services.db, token, self._services.clock)
            entry = self._remember(token, caller, None) if caller else None
        return entry

    def _recall(self, token: str) -> _Entry | None:
        entry = self._known.get(token)
        return entry if entry is not None and entry.until > time.monotonic() else None

    def _remember(self, token: str, caller: Caller, csrf_token: str | None, limited: bool = False) -> _Entry:
        if len(self._known) >= _CACHE_SIZE:
            self._known.clear()
        entry = _Entry(caller, csrf_token, time.monotonic() + CACHE_SECONDS, limited)
        self._known[token] = entry
        return entry

    def _require_own_origin(self, request: Request[Any, Any, Any]) -> None:
        """Browsers say where a request comes from: no other site may sign somebody in or out."""
        origin = request.headers.get("origin")
        if origin is None:
            return
        if urlsplit(origin).netloc not in (request.headers.get("host", ""), self._own):
            raise Forbidden("this request comes from another site", code="foreign_origin")


async def refuse_nul(request: Request[Any, Any, Any]) -> None:
    """PostgreSQL stores no NUL: JSON with one is refused here, for every handler."""
    if b"%00" in request.scope["query_string"] or "\x00" in request.scope["path"]:
        raise Invalid(("query", "nul"))
    if request.method in _SAFE or not request.scope["path"].startswith("/api/"):
        return
    if request.route_handler.opt.get("upload"):  # bytes of files, which are not held in memory
        return
    if "json" in request.headers.get("content-type", "json") and _NUL.search(await request.body()):
        raise Invalid(("body", "nul"), detail="the text holds a NUL character")


async def provide_caller(request: Request[Any, Any, Any]) -> Caller:
    """The dependency `caller` of handlers."""
    caller = request.scope["state"].get("caller")
    if caller is None:
        raise NotSignedIn
    return caller


def _bearer(request: Request[Any, Any, Any]) -> str | None:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" and token.strip() else None


def _require_csrf(request: Request[Any, Any, Any], expected: str) -> None:
    given = request.headers.get("x-csrf-token", "")
    if not same(given, expected):
        raise Forbidden("the header X-CSRF-Token is missing or old", code="csrf")

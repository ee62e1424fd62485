"""Every failure as application/problem+json: our own errors, Litestar's, PostgreSQL's, and what nobody foresaw."""

import logging
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, cast

import asyncpg
import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from harken.kit.errors import Busy, HarkenError, Invalid, TooMany

_log = logging.getLogger("harken.web")
_UNKNOWN_FIELD = re.compile(r"unknown field `([^`]*)`")
_MISSING_FIELD = re.compile(r"missing required field `([^`]*)`")
_AT = re.compile(r" - at `\$\.?([^`]*)`")
_CODES: Mapping[int, str] = {
    400: "malformed", 401: "not_signed_in", 403: "forbidden", 404: "not_found", 405: "method_not_allowed",
    413: "too_large", 415: "unsupported_type", 422: "invalid", 429: "too_many",
}  # fmt: skip


def problem(
    status: int, code: str, title: str, detail: str = "", fields: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response[bytes]:  # fmt: skip
    """One problem document (RFC 9457)."""
    body = {"type": f"urn:harken:{code}", "title": title, "status": status, "code": code, "detail": detail}
    return Response(
        msgspec.json.encode({**body, **(fields or {})}),
        status_code=status,
        media_type="application/problem+json",
        headers=dict(headers or {}),
    )


def harken_problem(error: HarkenError) -> Response[bytes]:
    later = {"Retry-After": str(error.retry_after)} if isinstance(error, TooMany | Busy) else None
    return problem(error.status, error.code, error.title, error.detail, error.fields, later)


def on_harken_error(_: Request[Any, Any, Any], error: HarkenError) -> Response[bytes]:
    return harken_problem(error)


def on_validation(_: Request[Any, Any, Any], error: ValidationException) -> Response[bytes]:
    """What Litestar and msgspec refuse, as 422 with the fields."""
    told = cast("list[dict[str, object]]", error.extra if isinstance(error.extra, list) else [])
    found = [_field_error(str(e.get("message", "")), str(e.get("key", ""))) for e in told]
    return harken_problem(Invalid(*found, detail="" if found else error.detail))


def on_http_error(_: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """Litestar's own: malformed JSON 400, no such path 404, method 405, body 413."""
    status = error.status_code
    headers = dict(error.headers or {})
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.error("request failed", exc_info=error)
    return problem(status, _CODES.get(status, "error"), HTTPStatus(status).phrase, error.detail, None, headers)


def on_database_error(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Values that PostgreSQL cannot hold are the caller's mistake; a database that is away is asked for later."""
    if isinstance(error, _UNSTORABLE):
        _log.warning("a value the database refuses", extra={"path": request.url.path, "error": str(error)})
        return harken_problem(Invalid(detail="a value is out of range or holds characters that cannot be stored"))
    if isinstance(error, _AWAY):
        _log.warning("the database is away", extra={"path": request.url.path, "error": repr(error)})
        return harken_problem(Busy("the database or the file store cannot be reached", retry_after=2))
    return on_unexpected(request, error)


def on_recursion(request: Request[Any, Any, Any], error: RecursionError) -> Response[bytes]:
    """JSON of a thousand brackets: msgspec gives up on it by this error."""
    _log.warning("nested too deeply", extra={"path": request.url.path, "error": str(error)})
    return problem(400, "malformed", "Bad Request", "the JSON is nested too deeply")


def on_unexpected(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    _log.error("unexpected error", exc_info=error, extra={"path": request.url.path, "method": request.method})
    return problem(500, "error", "Something went wrong", "The error was logged.")


def _field_error(message: str, key: str) -> tuple[str, str]:
    if match := _UNKNOWN_FIELD.search(message):
        return match[1], "unknown_field"
    if match := _MISSING_FIELD.search(message):
        return match[1], "required"
    field = "body" if key in ("data", "") else key.removeprefix("data.")
    if message.startswith("'data'"):
        return "body", "required"
    if at := _AT.search(message):
        field = at[1].removeprefix("data.") or field
    if "length <=" in message:
        return field, "too_long"
    if "length >=" in message:
        return field, "too_short"
    if message.startswith("Expected `") and ", got" in message:
        return field, "type"
    return field, "invalid"


_UNSTORABLE = (asyncpg.DataError, UnicodeEncodeError)
_AWAY = (asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError, asyncpg.TooManyConnectionsError,
         asyncpg.AdminShutdownError, asyncpg.InterfaceError, ConnectionError, TimeoutError)  # fmt: skip

EXCEPTION_HANDLERS = {
    HarkenError: on_harken_error,
    ValidationException: on_validation,
    HTTPException: on_http_error,
    asyncpg.PostgresError: on_database_error,
    asyncpg.InterfaceError: on_database_error,
    OSError: on_database_error,
    RecursionError: on_recursion,
    UnicodeEncodeError: on_database_error,
    Exception: on_unexpected,
}

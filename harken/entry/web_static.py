"""The built front end: the agent app for every path that is not the API's, and the widget's files under /widget/."""

import gzip
import hashlib
import mimetypes
from pathlib import Path
from typing import Any, Final

import msgspec
from litestar import Request, Response
from litestar.exceptions import NotFoundException

from harken.entry.web_problems import problem

STATIC: Final = Path(__file__).parent.parent / "static"
_NOT_PAGES: Final = ("/api/", "/in/", "/health/", "/files/", "/metrics", "/webchat/")
_FOREVER: Final = "public, max-age=31536000, immutable"
_mime = mimetypes.MimeTypes()
_mime.add_type("text/javascript", ".js")
_mime.add_type("font/woff2", ".woff2")
_mime.add_type("application/manifest+json", ".webmanifest")


class _File(msgspec.Struct, frozen=True):
    content: bytes
    packed: bytes | None  # gzip, when that is smaller
    type: str
    etag: str
    stamp: tuple[float, int]


class StaticFiles:
    """Files of the front end, kept in memory once asked for, read again when they change on disk."""

    def __init__(self, folder: Path = STATIC) -> None:
        self._folder = folder
        self._files: dict[str, _File] = {}

    def answer(self, request: Request[Any, Any, Any], error: NotFoundException) -> Response[Any]:
        """What stands at a path for which there is no route: a file, the app's page, or 404."""
        path = request.scope["path"]
        if request.scope["method"] not in ("GET", "HEAD") or path.startswith(_NOT_PAGES):
            return problem(404, "not_found", "Not found", "there is nothing at this address")
        if path.startswith("/widget/"):
            file, lasting = self._find(f"widget/{path[8:]}"), "/assets/" in path
        else:
            file, lasting = self._find(f"app{path}"), path.startswith("/assets/")
            if file is None and "." not in path.rsplit("/", 1)[-1]:
                file = self._find("app/index.html")
        if file is None:
            return problem(404, "not_found", "Not found", "there is nothing at this address")
        return _response(request, file, _FOREVER if lasting else "no-cache")

    def _find(self, name: str) -> _File | None:
        if "\x00" in name or ".." in name.split("/"):
            return None
        path = self._folder / name
        if not path.is_file():
            return None
        status = path.stat()
        stamp = (status.st_mtime, status.st_size)
        known = self._files.get(name)
        if known is None or known.stamp != stamp:
            known = self._files[name] = _read(path, stamp)
        return known


def _read(path: Path, stamp: tuple[float, int]) -> _File:
    content = path.read_bytes()
    packed = gzip.compress(content, mtime=0)
    kind = _mime.guess_type(path.name)[0] or "application/octet-stream"
    smaller = packed if len(packed) < len(content) * 0.95 else None
    return _File(content, smaller, kind, f'"{hashlib.sha256(content).hexdigest()[:20]}"', stamp)


def _response(request: Request[Any, Any, Any], file: _File, cache: str) -> Response[Any]:
    headers = {"Cache-Control": cache, "ETag": file.etag, "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == file.etag:
        return Response(None, status_code=304, headers=headers)
    content = file.content
    if file.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        content = file.packed
        headers["Content-Encoding"] = "gzip"
    return Response(content, status_code=200, media_type=file.type, headers=headers)

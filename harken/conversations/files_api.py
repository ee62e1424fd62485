"""GET /files/{id}: served only to those who may see the conversation, never as active content."""

import re
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from litestar import Request, Response, delete, get
from litestar.params import QueryParameter
from litestar.response import Stream

from harken.conversations import files_store
from harken.conversations.content import kind_of, shown_inline
from harken.conversations.file_links import linked_file
from harken.conversations.files_store import StoredFile
from harken.kit.blobs import on_disk
from harken.kit.errors import Invalid, NotFound
from harken.kit.media import CONVERTED, converted, thumbnail
from harken.people.model import Caller
from harken.port.services import Services

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_MEDIA_POLICY = "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'"
# A browser's PDF viewer does not start in a sandbox; a PDF's scripts run in the viewer, not in our origin.
_PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"


@get("/files/{file_id:uuid}", tags=["files"])
async def get_file(
    request: Request[Any, Any, Any], caller: Caller, services: Services, file_id: UUID, download: bool = False,
    wanted: Annotated[str | None, QueryParameter(name="as")] = None,
) -> Response[Any]:  # fmt: skip
    """The content, whole or a range. Pictures, recordings, videos and PDFs open in place, the rest is downloaded.
    `as=audio/mp4` or `audio/ogg`: a recording in a format that the browser plays."""
    async with services.db.connection() as connection:
        file = await files_store.get_readable(connection, caller, file_id)
    if file.state != "ready":
        raise NotFound("the file has not arrived")
    if wanted is not None and wanted != file.type:
        file = await _rendition(services, file, wanted)
    return await serve_file(services, request, file, download=download)


@get("/files/{file_id:uuid}/thumbnail", tags=["files"])
async def get_thumbnail(
    request: Request[Any, Any, Any], caller: Caller, services: Services, file_id: UUID
) -> Response[Any]:
    """A small WebP of a picture, a PDF's first page, a video's first frame; 404 where there is none."""
    async with services.db.connection() as connection:
        file = await files_store.get_readable(connection, caller, file_id)
    if file.state != "ready" or not file.details.get("thumbnail", kind_of(file.type) == "image"):
        raise NotFound("there is no thumbnail")
    small = await _thumbnail(services, file)
    if small is None:
        raise NotFound("there is no thumbnail")
    headers = {"content-security-policy": _MEDIA_POLICY, "cache-control": "private, no-cache", "etag": _etag(file, "t")}
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(None, status_code=304, headers=headers)
    return Response(small, media_type="image/webp", headers={**headers, "x-content-type-options": "nosniff"})


@get("/f/{token:str}", tags=["files"], opt={"anonymous": True})
async def get_linked_file(request: Request[Any, Any, Any], services: Services, token: str) -> Response[Any]:
    """A file for who has the signed link to it (channels that take no files): no sign-in, until it ends or is revoked."""
    return await serve_file(services, request, await linked_file(services, token))


@delete("/api/files/{file_id:uuid}/links", tags=["files"])
async def revoke_file_links(caller: Caller, services: Services, file_id: UUID) -> None:
    """Links to the file that were sent lead nowhere from now on."""
    async with services.db.tx() as tx:
        file = await files_store.get_readable(tx, caller, file_id)
        await files_store.revoke_links(tx, file.workspace_id, file.id)


async def serve_file(
    services: Services, request: Request[Any, Any, Any], file: StoredFile, *, download: bool = False
) -> Response[Any]:
    """The answer for a file that the caller may have: the access is checked before. Ranges, and 304 for what is known."""
    headers = headers_of(file, download=download)
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(None, status_code=304, headers=headers)
    wanted = read_range(request.headers.get("range"), file.size)
    if wanted is None:
        return Response(None, status_code=416, headers={**headers, "content-range": f"bytes */{file.size}"})
    start, end = wanted
    headers["content-length"] = str(end - start)
    partial = (start, end) != (0, file.size)
    if partial:
        headers["content-range"] = f"bytes {start}-{end - 1}/{file.size}"
    if await services.blobs.size(file.key) is None:
        raise NotFound("the file's content is gone")
    return Stream(
        services.blobs.stream(file.key, start, end), status_code=206 if partial else 200, headers=headers,
        media_type=served_type(file.type),
    )  # fmt: skip


def headers_of(file: StoredFile, *, download: bool = False) -> dict[str, str]:
    """What keeps a file from being active content in our origin."""
    place = "inline" if shown_inline(file.type) and not download else "attachment"
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\;' else "_" for c in file.name)
    return {
        "content-disposition": f"{place}; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name, safe='')}",
        "content-security-policy": _PDF_POLICY if file.type == "application/pdf" else _MEDIA_POLICY,
        "x-content-type-options": "nosniff",
        "cache-control": "private, no-cache",
        "accept-ranges": "bytes",
        "etag": _etag(file),
    }


def served_type(media_type: str) -> str:
    """Only what is shown in place, and plain text, keeps its type; a page, an SVG or a script is bytes."""
    safe = shown_inline(media_type) or media_type in ("text/plain", "text/csv", "application/json")
    return media_type if safe else "application/octet-stream"


def read_range(header: str | None, size: int) -> tuple[int, int] | None:
    """Start and end (not included) of what is asked for: all, unless it is one range. None when it lies outside."""
    match = _RANGE.fullmatch(header.strip()) if header else None
    if match is None or match.groups() == ("", ""):
        return 0, size
    first, last = match.groups()
    if not first:
        return (max(0, size - int(last)), size) if int(last) and size else None
    start, end = int(first), min(int(last) + 1, size) if last else size
    return (start, end) if start < end else None


async def _thumbnail(services: Services, file: StoredFile) -> bytes | None:
    """Made once, kept beside the content; empty where nothing can be shown."""
    if await services.blobs.size(file.thumbnail_key) is None:
        async with on_disk(services.blobs, file.key) as content:
            await services.blobs.put(file.thumbnail_key, await thumbnail(file.type, content) or b"")
    return await services.blobs.get(file.thumbnail_key) or None


async def _rendition(services: Services, file: StoredFile, wanted: str) -> StoredFile:
    """Made once, kept beside the content; empty where the recording cannot be decoded. Raises NotFound, Invalid."""
    if wanted not in CONVERTED or kind_of(file.type) != "audio":
        raise Invalid(("as", "unknown"))
    key = file.as_rendition(wanted, 0).key
    if await services.blobs.size(key) is None:
        async with on_disk(services.blobs, file.key) as content:
            await services.blobs.put(key, await converted(file.type, wanted, content) or b"")
    size = await services.blobs.size(key)
    if not size:
        raise NotFound("the recording cannot be played")
    return file.as_rendition(wanted, size)


def _etag(file: StoredFile, suffix: str = "") -> str:
    return f'"{file.digest[:32]}{file.digest[64:]}{suffix}"'


ROUTES = [get_file, get_thumbnail, get_linked_file, revoke_file_links]

"""Files on their way in: POST /api/files at once, /api/uploads in parts, going on where the connection broke off.

The parts' headers are those of tus 1.0 (Upload-Offset, Upload-Length); the announcement and the last answer are JSON.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

import asyncpg
import msgspec
from litestar import Request, Response, delete, get, patch, post
from litestar.datastructures import State, UploadFile
from litestar.enums import RequestEncodingType
from litestar.exceptions import InternalServerException
from litestar.params import Body

from harken.conversations import files_store, uploads
from harken.conversations.content import AttachmentKind, kind_of
from harken.conversations.files import Coming, file_name, refuse_claim, refuse_size, store_upload
from harken.conversations.files_store import StoredFile
from harken.conversations.outlets import outlet_of
from harken.conversations.uploads import PART_SIZE, Upload
from harken.kit.errors import Conflict, Invalid, NotFound, TooLarge, UnsupportedType
from harken.kit.ids import new_id
from harken.people.model import Caller
from harken.port.capabilities import Capabilities
from harken.port.services import Services

_ENVELOPE: Final = 64 * 1024  # what multipart adds at most
_LARGE: Final = {"upload": True}  # bodies as large as a file; one for all methods of a path


@dataclass
class FileForm:
    """Multipart. `channel_id`: where it shall go, so that what the channel refuses is refused now. `voice`: recorded as a
    message. `keep_metadata`: a picture keeps what it tells of its place and camera."""

    file: UploadFile
    channel_id: UUID | None = None
    voice: bool = False
    keep_metadata: bool = False


class NewUpload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is announced. `type` may be empty: the content decides."""

    name: str
    size: int
    type: str = ""
    channel_id: UUID | None = None
    voice: bool = False
    keep_metadata: bool = False


class UploadedFile(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    type: str
    size: int
    kind: AttachmentKind
    details: dict[str, Any]


class UploadState(msgspec.Struct, frozen=True):
    """`offset`: how much is there. `part_size`: what had best be sent at a time. `file`: once all of it is stored."""

    id: UUID
    size: int
    offset: int
    part_size: int = PART_SIZE
    file: UploadedFile | None = None


@post("/api/files", tags=["files"], opt=_LARGE)
async def upload_file(
    request: Request[Any, Any, Any], caller: Caller, services: Services, state: State,
    data: Annotated[FileForm, Body(media_type=RequestEncodingType.MULTI_PART)],
) -> UploadedFile:  # fmt: skip
    """Stores a file for a message. 413 or 415 with what the channel accepts."""
    capabilities = await _capabilities(services, state, caller, data.channel_id)
    most = services.settings.max_file_bytes
    refuse_size(capabilities, int(request.headers.get("content-length", 0)) - _ENVELOPE, most)
    coming = Coming(
        new_id(), caller.workspace_id, data.file.filename, most, capabilities, data.voice, data.keep_metadata
    )
    stored = await store_upload(services.blobs, coming, data.file.file)
    await _insert(services, caller, stored, data.channel_id)
    return _shown(stored)


@post("/api/uploads", tags=["files"])
async def start_upload(caller: Caller, services: Services, state: State, data: NewUpload) -> UploadState:
    """Announces a file that comes in parts. 413 or 415 with what the channel accepts."""
    capabilities = await _capabilities(services, state, caller, data.channel_id)
    most = services.settings.max_file_bytes
    upload = Upload(
        new_id(), caller.workspace_id, caller.agent_id, data.channel_id, file_name(data.name), data.size, data.voice,
        data.keep_metadata,
    )  # fmt: skip
    refuse_claim(_coming(upload, capabilities, most), data.type.partition(";")[0].strip().lower(), data.size)
    async with services.db.tx() as tx:
        await uploads.insert_upload(tx, upload)
    return UploadState(upload.id, upload.size, 0)


@patch("/api/uploads/{upload_id:uuid}", tags=["files"], opt=_LARGE)
async def append_upload(
    request: Request[Any, Any, Any], caller: Caller, services: Services, state: State, upload_id: UUID
) -> Response[UploadState]:
    """The next bytes, raw, with the header Upload-Offset. 409 `wrong_offset` with the true `offset`. The part that completes
    the file is answered with it; it may be repeated, empty, when that answer was lost."""
    upload = await _get(services, caller, upload_id)
    offset = request.headers.get("upload-offset", "")
    if not (offset.isascii() and offset.isdigit()):
        raise Invalid(("Upload-Offset", "required"))
    if int(offset[:20]) != upload.received:
        raise uploads.wrong_offset(upload.received)
    if not upload.whole:
        upload = await _append(request, services, caller, upload)
    file = await _finish(services, state, caller, upload) if upload.whole else None
    return _answer(upload, file)


@get("/api/uploads/{upload_id:uuid}", tags=["files"], opt=_LARGE)
async def get_upload(caller: Caller, services: Services, upload_id: UUID) -> Response[UploadState]:
    """Where an upload stands. HEAD has the offset in the header Upload-Offset."""
    upload = await _get(services, caller, upload_id)
    return _answer(upload, await _finished(services, caller, upload))


@delete("/api/uploads/{upload_id:uuid}", tags=["files"], opt=_LARGE)
async def cancel_upload(caller: Caller, services: Services, upload_id: UUID) -> None:
    """Gives it up. A file that was completed stays."""
    await _drop(services, await _get(services, caller, upload_id))


async def _append(request: Request[Any, Any, Any], services: Services, caller: Caller, upload: Upload) -> Upload:
    """Keeps what came, also of a connection that broke off."""
    body = uploads.Body(request.stream(), InternalServerException, upload.size - upload.received)
    part = await uploads.store_part(services.blobs, upload, body)
    try:
        async with services.db.tx() as tx:
            return await uploads.add_part(tx, upload, part, body.size)
    except Conflict as error:
        await uploads.delete_parts(services.blobs, upload.id, [part])
        raise uploads.wrong_offset((await _get(services, caller, upload.id)).received) from error


async def _finish(services: Services, state: State, caller: Caller, upload: Upload) -> UploadedFile:
    """The file that the parts make. One that is refused now is gone."""
    known = await _finished(services, caller, upload)
    if known:
        return known
    capabilities = await _capabilities(services, state, caller, upload.channel_id)
    coming = _coming(upload, capabilities, services.settings.max_file_bytes)
    try:
        async with uploads.assembled(services.blobs, upload) as file:
            stored = await store_upload(services.blobs, coming, file)
    except (Invalid, TooLarge, UnsupportedType):
        await _drop(services, upload)
        raise
    try:
        await _insert(services, caller, stored, upload.channel_id, upload)
    except asyncpg.UniqueViolationError:  # the same last part, sent twice at once
        return _shown(stored)
    await uploads.delete_parts(services.blobs, upload.id, upload.parts)
    return _shown(stored)


async def _finished(services: Services, caller: Caller, upload: Upload) -> UploadedFile | None:
    if not upload.whole:
        return None
    async with services.db.connection() as connection:
        file = await files_store.find_readable(connection, caller, upload.id)
    return _shown(file) if file else None


async def _insert(
    services: Services, caller: Caller, stored: StoredFile, channel_id: UUID | None, upload: Upload | None = None
) -> None:
    async with services.db.tx() as tx:
        await files_store.insert_file(tx, stored, channel_id=channel_id, uploaded_by=caller.agent_id)
        if upload:
            await uploads.forget_parts(tx, upload)


async def _get(services: Services, caller: Caller, upload_id: UUID) -> Upload:
    async with services.db.connection() as connection:
        return await uploads.get_upload(connection, caller, upload_id)


async def _drop(services: Services, upload: Upload) -> None:
    async with services.db.tx() as tx:
        await uploads.delete_upload(tx, upload.workspace_id, upload.id)
    await uploads.delete_parts(services.blobs, upload.id, upload.parts)


async def _capabilities(
    services: Services, state: State, caller: Caller, channel_id: UUID | None
) -> Capabilities | None:
    if channel_id is None:
        return None
    outlet = await outlet_of(services, state, caller.workspace_id, channel_id)
    if outlet is None:
        raise NotFound("no such channel")
    return outlet.capabilities


def _coming(upload: Upload, capabilities: Capabilities | None, most: int) -> Coming:
    return Coming(
        upload.id, upload.workspace_id, upload.name, most, capabilities, upload.voice, upload.keep_metadata
    )  # fmt: skip


def _shown(file: StoredFile) -> UploadedFile:
    return UploadedFile(file.id, file.name, file.type, file.size, kind_of(file.type), file.details)


def _answer(upload: Upload, file: UploadedFile | None) -> Response[UploadState]:
    headers = {"Upload-Offset": str(upload.received), "Upload-Length": str(upload.size), "Cache-Control": "no-store"}
    return Response(UploadState(upload.id, upload.size, upload.received, file=file), headers=headers)


ROUTES = [upload_file, start_upload, append_upload, get_upload, cancel_upload]

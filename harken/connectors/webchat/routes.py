"""The widget's REST: session, messages, files (README.md). The pages stand in pages.py, the live socket in socket.py."""

import re
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID, uuid5

from litestar import Request, get, patch, post, put
from litestar.datastructures import State
from litestar.params import HeaderParameter, Parameter

from harken.connectors.webchat.gate import get_channel, is_own, require_embedding, require_visitor
from harken.connectors.webchat.identity import (
    LINK_LIFETIME,
    Upload,
    claims_for,
    claims_of,
    signed_upload,
    token_of,
    upload_of,
)
from harken.connectors.webchat.limits import Limits
from harken.connectors.webchat.manifest import (
    DEFAULT_ACCENT,
    KIND,
    MAX_FILE_BYTES,
    MAX_FILES,
    TEXT_LIMIT,
    abilities,
    takes,
)
from harken.connectors.webchat.pages import ROUTES as PAGES
from harken.connectors.webchat.receive import external_id, message_item, reaction_item
from harken.connectors.webchat.socket import live
from harken.connectors.webchat.wire import (
    ChannelShown,
    FileRule,
    MessagePage,
    MessageRequest,
    MessageTaken,
    PartTaken,
    ReactionRequest,
    Session,
    SessionRequest,
    UploadTaken,
    kind_of,
    message_shown,
)
from harken.kit.errors import Busy, Forbidden, Invalid, TooLarge, UnsupportedType
from harken.kit.ids import new_id
from harken.kit.text import one_line
from harken.port.buttons import VALUE
from harken.port.host import Host, ShownMessage, Visitor
from harken.port.messages import ChannelConfig
from harken.port.services import Services

AnyRequest = Request[Any, Any, Any]
_ANYBODY: Final = {"anonymous": True}
_CLIENT_ID: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")
_MAX_JSON: Final = 128 * 1024
_PAGE: Final = 50
_MAX_EMOJI: Final = 64  # bytes
_LEAST_PART: Final = 64 * 1024  # bytes, of a part that is not the last one
_limits = Limits()


@post("/widget/api/{channel_id:uuid}/session", status_code=200, opt=_ANYBODY, request_max_body_size=_MAX_JSON)
async def start_session(
    request: AnyRequest, channel_id: UUID, data: SessionRequest, state: State, services: Services
) -> Session:
    """Who the visitor is, and what was said so far. Nothing is stored."""
    _limits.session(request.client.host if request.client else "")
    host: Host = state.host
    channel = await get_channel(host, channel_id)
    require_embedding(request, channel, data.origin)
    if not is_own(request, channel):
        raise Forbidden("the request comes from another site", code="origin_refused")
    now = services.clock.now()
    held = claims_of(channel, data.token, now) if data.token else None
    claims = claims_for(channel, data.identity, held, now)
    thread = await host.thread(KIND, Visitor(channel, claims.address), None, _PAGE)
    return Session(
        token=token_of(channel, claims),
        name=claims.name,
        known=claims.known,
        channel=_shown(channel, await host.workspace_name(channel)),
        messages=[message_shown(channel, message, now) for message in thread.messages],
        seen=thread.seen,
        more=thread.more,
        cursor=thread.cursor,
    )


@get("/widget/api/{channel_id:uuid}/messages", opt=_ANYBODY)
async def list_messages(
    request: AnyRequest, channel_id: UUID, state: State, services: Services, before: UUID | None = None,
    limit: Annotated[int, Parameter(ge=1, le=200)] = _PAGE,
) -> MessagePage:  # fmt: skip
    """Earlier messages, oldest first."""
    channel, now = await get_channel(state.host, channel_id), services.clock.now()
    claims = require_visitor(request, channel, now)
    _limits.read(claims.address)
    thread = await state.host.thread(KIND, Visitor(channel, claims.address), before, limit)
    return MessagePage([message_shown(channel, message, now) for message in thread.messages], thread.more)


@post("/widget/api/{channel_id:uuid}/messages", opt=_ANYBODY, request_max_body_size=_MAX_JSON)
async def send_message(
    request: AnyRequest, channel_id: UUID, data: MessageRequest, state: State, services: Services
) -> MessageTaken:
    """Stored when it answers; the same client_message_id again changes nothing and gets the same answer."""
    host: Host = state.host
    channel, now = await get_channel(host, channel_id), services.clock.now()
    claims = require_visitor(request, channel, now)
    _limits.message(claims.address)
    _require_message(data)
    uploads = [upload_of(channel, claims.address, id, now) for id in data.file_ids]
    if None in uploads:
        raise Invalid(("file_ids", "unknown"))
    item = message_item(
        claims, data.client_message_id, data.text, [u for u in uploads if u], now, data.reply_to, data.pressed
    )
    visitor = Visitor(channel, claims.address)
    blocked = await host.is_blocked(KIND, visitor)  # asked before too: they may be let in again in the same moment
    await host.accept(KIND, channel, [item], {})
    key = external_id(claims.address, data.client_message_id)
    message = await host.find_message(KIND, visitor, key)
    if message is None and (blocked or await host.is_blocked(KIND, visitor)):
        message = await _unheard(host, visitor, data.text, key, now)
    if message is None:
        raise Busy("the message could not be stored", retry_after=5)
    return MessageTaken(message_shown(channel, message, now))


@put("/widget/api/{channel_id:uuid}/messages/{message_id:uuid}/reaction", opt=_ANYBODY, status_code=204)
async def put_reaction(
    request: AnyRequest, channel_id: UUID, message_id: UUID, data: ReactionRequest, state: State, services: Services
) -> None:
    """The visitor's own, in place of the one before. It shows when the message comes again over the live socket."""
    host: Host = state.host
    channel, now = await get_channel(host, channel_id), services.clock.now()
    claims = require_visitor(request, channel, now)
    _limits.message(claims.address)
    if len(data.emoji.encode()) > _MAX_EMOJI:
        raise Invalid(("emoji", "too_long"))
    await host.accept(KIND, channel, [reaction_item(claims, message_id, data.emoji, now)], {})


async def _unheard(host: Host, visitor: Visitor, text: str, key: str, now: datetime) -> ShownMessage:
    """A blocked visitor's message as they would see any other, after the last of their thread. It reaches nobody."""
    thread = await host.thread(KIND, visitor, None, 1)
    number, seq = thread.messages[-1].position if thread.messages else (1, 0)
    return ShownMessage(new_id(), (number, seq + 1), "message", "contact", "", text, now, [], key)


@post("/widget/api/{channel_id:uuid}/files", opt=_ANYBODY, request_max_body_size=None)
async def store_file(
    request: AnyRequest, channel_id: UUID, state: State, services: Services, name: str = "file"
) -> UploadTaken:
    """The body is the file. Its type is told by its content."""
    host: Host = state.host
    channel, now = await get_channel(host, channel_id), services.clock.now()
    claims = require_visitor(request, channel, now)
    _limits.upload(claims.address)
    return await _stored(host, channel, claims.address, name, await _bounded(request.stream(), MAX_FILE_BYTES), now)


@patch("/widget/api/{channel_id:uuid}/uploads/{upload_id:uuid}", opt=_ANYBODY, request_max_body_size=None)
async def store_part(
    request: AnyRequest, channel_id: UUID, upload_id: UUID, state: State, services: Services,
    size: int = 0, offset: Annotated[int, HeaderParameter(name="Upload-Offset", ge=0)] = 0, name: str = "file",
) -> PartTaken:  # fmt: skip
    """The body is a part of the file, at Upload-Offset. The answer says from where to go on; a part may be sent again. `size`: of
    the file; without it this part ends it."""
    host: Host = state.host
    channel, now = await get_channel(host, channel_id), services.clock.now()
    claims = require_visitor(request, channel, now)
    if size > MAX_FILE_BYTES:
        raise _too_large(MAX_FILE_BYTES)
    if offset == 0:
        _limits.upload(claims.address)
    own = uuid5(upload_id, claims.address)  # nobody else's, whatever number they name
    data = await _bounded(request.stream(), (size or MAX_FILE_BYTES) - offset)
    size = size or offset + len(data)
    if len(data) < _LEAST_PART and offset + len(data) < size:
        raise Invalid(("file", "too_short"))
    stand = await host.add_part(channel, own, offset, data)
    if stand < size:
        return PartTaken(stand)
    try:
        file = await _stored(host, channel, claims.address, name, await host.read_parts(channel, own), now)
    except (Invalid, UnsupportedType):
        await host.delete_parts(channel, own)
        raise
    return PartTaken(stand, file)  # the parts stay a while: this answer may be lost


ROUTES = [start_session, list_messages, send_message, put_reaction, store_file, store_part, live, *PAGES]


def _shown(channel: ChannelConfig, workspace: str) -> ChannelShown:
    settings, able = channel.settings, abilities()
    return ChannelShown(
        channel.name, settings.get("title") or "", settings.get("greeting") or "", settings.get("accent") or DEFAULT_ACCENT, workspace, TEXT_LIMIT,
        [FileRule(rule.types, rule.max_bytes) for rule in able.files], MAX_FILES,
    )  # fmt: skip


def _require_message(data: MessageRequest) -> None:
    wrong: list[tuple[str, str]] = []
    if not _CLIENT_ID.fullmatch(data.client_message_id):
        wrong.append(("client_message_id", "invalid"))
    if len(data.text) > TEXT_LIMIT:
        wrong.append(("text", "too_long"))
    if not data.text.strip() and not data.file_ids:
        wrong.append(("text", "empty"))
    if len(data.pressed or "") > VALUE:
        wrong.append(("pressed", "too_long"))
    if len(data.file_ids) > MAX_FILES:
        wrong.append(("file_ids", "too_many"))
    if wrong:
        raise Invalid(*wrong)


async def _stored(
    host: Host, channel: ChannelConfig, address: str, name: str, data: bytes, now: datetime
) -> UploadTaken:
    if not data:
        raise Invalid(("file", "empty"))
    stored = await host.store_upload(channel, name, data)
    if not takes(stored.type):
        raise UnsupportedType(f"files of the type {stored.type} are not taken here")
    until = int((now + LINK_LIFETIME).timestamp())
    upload = Upload(address, stored.digest, one_line(name, 120) or "file", stored.type, stored.size, until)
    return UploadTaken(signed_upload(channel, upload), upload.name, upload.type, upload.size, kind_of(upload.type))


async def _bounded(chunks: AsyncIterator[bytes], most: int) -> bytes:
    """Raises TooLarge as soon as it is."""
    taken = bytearray()
    async for chunk in chunks:
        taken += chunk
        if len(taken) > most:
            raise _too_large(most)
    return bytes(taken)


def _too_large(most: int) -> TooLarge:
    return TooLarge(f"at most {most // (1024 * 1024)} MB", fields={"max_bytes": most})

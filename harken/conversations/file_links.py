"""Signed links to files, for channels that take none: unguessable, ending, to be taken back. No cookie is looked at."""

import base64
import binascii
import struct
from datetime import timedelta
from typing import Final
from uuid import UUID

from harken.conversations import files_store
from harken.conversations.files_store import StoredFile
from harken.kit.crypto import same
from harken.kit.errors import NotFound
from harken.port.services import Services

_BODY: Final = struct.Struct(">16sI")  # the file's id, and when the link ends (seconds since 1970)
_MAC: Final = 16
_PURPOSE: Final = "file link"


async def file_link(services: Services, workspace_id: UUID, file_id: UUID) -> str:
    """The path of a new link, `/f/...`."""
    async with services.db.connection() as connection:
        revision = await files_store.get_links_revision(connection, workspace_id, file_id)
    until = services.clock.now() + timedelta(days=services.settings.file_link_days)
    body = _BODY.pack(file_id.bytes, int(until.timestamp()))
    token = base64.urlsafe_b64encode(body + _mac(services, body, revision))
    return f"/f/{token.rstrip(b'=').decode()}"


async def linked_file(services: Services, token: str) -> StoredFile:
    """Raises NotFound, whatever is wrong with the link."""
    try:
        raw = base64.urlsafe_b64decode(token.encode("ascii") + b"==")
        body, mac = raw[: _BODY.size], raw[_BODY.size :]
        file_id, until = _BODY.unpack(body)
    except (ValueError, binascii.Error, struct.error) as error:
        raise NotFound from error
    if until < services.clock.now().timestamp() or len(mac) != _MAC:
        raise NotFound
    async with services.db.connection() as connection:
        found = await files_store.find_linked(connection, UUID(bytes=file_id))
    if found is None or not same(mac, _mac(services, body, found.revision)):
        raise NotFound
    return found.file


def _mac(services: Services, body: bytes, revision: int) -> bytes:
    return services.sealer.mac(_PURPOSE, body + struct.pack(">I", revision))

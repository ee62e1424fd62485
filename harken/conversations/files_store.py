"""Rows of files: what was uploaded, who may read it, and which message took it."""

from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from harken.conversations.content import kind_of
from harken.conversations.model import Attachment
from harken.events.log import Writer
from harken.kit.db import Queries, Tx
from harken.kit.errors import Invalid, NotFound
from harken.kit.media import CONVERTED
from harken.people.model import Caller
from harken.quickreplies.actions.files import copies_for_sending

_Q = Queries(Path(__file__).with_name("files.sql"))


class StoredFile(msgspec.Struct, frozen=True):
    """A file's row. Its content is the blob workspace_id/digest."""

    id: UUID
    workspace_id: UUID
    name: str
    type: str
    size: int
    digest: str
    details: dict[str, Any]
    state: str

    @property
    def key(self) -> str:
        return f"{self.workspace_id}/{self.digest}"

    @property
    def thumbnail_key(self) -> str:
        """Of what was made of the content; it goes when the content goes."""
        return f"{self.key}.thumbnail"

    def as_rendition(self, media_type: str, size: int) -> "StoredFile":
        """The same recording in another format; its blob goes when the content goes."""
        name = PurePosixPath(self.name).stem + CONVERTED[media_type]
        digest = f"{self.digest}.{media_type.replace('/', '-')}"
        return msgspec.structs.replace(self, name=name, type=media_type, size=size, digest=digest)


def file_from(record: asyncpg.Record) -> StoredFile:
    return StoredFile(**{name: record[name] for name in StoredFile.__struct_fields__})


def sent_file_from(record: asyncpg.Record) -> StoredFile:
    """In the form in which it goes out: of a record that has also `play_as` and `renditions`."""
    file, played = file_from(record), record["play_as"]
    return file.as_rendition(played, record["renditions"][played]) if played in record["renditions"] else file


def attachment_of(file: StoredFile) -> Attachment:
    """As it stands in a message."""
    return Attachment(
        file.id, file.name, file.type, file.size, kind_of(file.type), state=file.state,  # pyright: ignore[reportArgumentType]
        inline="content_id" in file.details, details=file.details,
    )  # fmt: skip


async def insert_file(tx: Tx, file: StoredFile, *, channel_id: UUID | None, uploaded_by: UUID) -> None:
    """An upload that no message has taken yet."""
    await _Q.run(
        tx, "insert_file", id=file.id, workspace_id=file.workspace_id, channel_id=channel_id, uploaded_by=uploaded_by,
        name=file.name, type=file.type, size=file.size, digest=file.digest, details=file.details,
    )  # fmt: skip


async def get_readable(tx: Tx, caller: Caller, file_id: UUID) -> StoredFile:
    """Of a conversation that the caller sees, or their own upload. Raises NotFound."""
    file = await find_readable(tx, caller, file_id)
    if file is None:
        raise NotFound
    return file


async def find_readable(tx: Tx, caller: Caller, file_id: UUID) -> StoredFile | None:
    row = await _Q.row(
        tx, "find_readable", workspace_id=caller.workspace_id, id=file_id, agent_id=caller.agent_id,
        sees_all=caller.sees_all, team_ids=list(caller.team_ids),
    )  # fmt: skip
    return file_from(row) if row else None


class LinkedFile(msgspec.Struct, frozen=True):
    """What a link leads to: the file in the form in which it went out."""

    file: StoredFile
    revision: int


async def find_linked(tx: Tx, file_id: UUID) -> LinkedFile | None:
    """Of any workspace: whoever asks must show the signature over its revision."""
    row = await _Q.row(tx, "find_linked", id=file_id)
    if row is None:
        return None
    return LinkedFile(sent_file_from(row), row["links_revision"])


async def get_links_revision(tx: Tx, workspace_id: UUID, file_id: UUID) -> int:
    return await _Q.value(tx, "get_links_revision", workspace_id=workspace_id, id=file_id)


async def revoke_links(tx: Tx, workspace_id: UUID, file_id: UUID) -> None:
    """The caller has checked access."""
    await _Q.run(tx, "revoke_links", workspace_id=workspace_id, id=file_id)


async def list_unused(tx: Tx, *, after: datetime, before: datetime, limit: int) -> list[tuple[StoredFile, datetime]]:
    """Uploads of all workspaces that nobody needs, and when they came, oldest first."""
    rows = await _Q.rows(tx, "list_unused", after=after, before=before, limit=limit)
    return [(file_from(row), row["created_at"]) for row in rows]


async def delete_unused(tx: Tx, file: StoredFile) -> bool:
    """False when a message has taken it meanwhile."""
    return await _Q.run(tx, "delete_unused", workspace_id=file.workspace_id, id=file.id) > 0


async def is_stored(tx: Tx, file: StoredFile) -> bool:
    """Whether any file has the same content."""
    return await _Q.value(tx, "is_stored", workspace_id=file.workspace_id, digest=file.digest)


async def claim_files(
    w: Writer, caller: Caller, file_ids: list[UUID], conversation_id: UUID, message_id: UUID
) -> list[Attachment]:
    """Gives the caller's own unused uploads, and copies of Quick Replies' files, to a message in the order given. Raises Invalid."""
    wanted = list(dict.fromkeys(file_ids))
    if not wanted:
        return []
    wanted = await copies_for_sending(w.tx, caller, wanted)
    rows = await _Q.rows(
        w.tx, "claim_files", workspace_id=w.workspace_id, ids=wanted, agent_id=caller.agent_id,
        conversation_id=conversation_id, message_id=message_id,
    )  # fmt: skip
    files = {row["id"]: file_from(row) for row in rows}
    if len(files) != len(wanted):
        raise Invalid(("attachment_ids", "unknown"))
    return [attachment_of(files[id]) for id in wanted]

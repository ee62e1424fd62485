"""Rows of automatic messages and inactivity. Private to this domain."""

from datetime import datetime
from uuid import UUID

import msgspec

from harken.automatic.model import Automatic
from harken.automatic.rules import shortest_wait
from harken.kit.db import Tx, queries_beside
from harken.kit.errors import NotFound

Q = queries_beside(__file__)


class Scene(msgspec.Struct, frozen=True):
    """What of a conversation decides beside itself. `told_at`: when its customer last heard that a bot gave it to people.
    `undelivered`: something of ours has not reached the customer."""

    automatic: Automatic
    said_at: datetime | None
    told_at: datetime | None
    reminded_seq: int | None
    language: str | None
    last_at: datetime | None
    answered: bool
    undelivered: bool


async def get_automatic(tx: Tx, workspace_id: UUID, channel_id: UUID) -> Automatic:
    """Raises NotFound."""
    row = await Q.row(tx, "get_document", workspace_id=workspace_id, channel_id=channel_id)
    if row is None:
        raise NotFound("no such channel")
    return msgspec.convert(row["document"] or {}, Automatic)


async def save_automatic(tx: Tx, workspace_id: UUID, channel_id: UUID, automatic: Automatic) -> None:
    await Q.run(
        tx, "save_document", workspace_id=workspace_id, channel_id=channel_id,
        document=msgspec.to_builtins(automatic), bots_wait=shortest_wait(automatic.bots),
        people_wait=shortest_wait(automatic.people),
    )  # fmt: skip


async def find_scene(tx: Tx, workspace_id: UUID, conversation_id: UUID) -> Scene | None:
    """None where nothing is automatic."""
    row = await Q.row(tx, "find_scene", workspace_id=workspace_id, conversation_id=conversation_id)
    if row is None:
        return None
    return Scene(
        msgspec.convert(row["document"], Automatic), row["said_at"], row["told_at"], row["reminded_seq"],
        row["language"], row["last_at"], row["answered"], row["undelivered"],
    )  # fmt: skip

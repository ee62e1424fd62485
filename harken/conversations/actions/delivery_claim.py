"""Taking deliveries to send them: claimed under the workspace's sequence row, with all that a connector needs."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from harken.conversations.actions.delivery import DeliveryKey, announce
from harken.conversations.actions.recordings import FAILED
from harken.conversations.files_store import sent_file_from
from harken.conversations.model import Recipients
from harken.events.log import Writer
from harken.events.types import SYSTEM
from harken.kit.db import Queries, Tx
from harken.port.buttons import Button
from harken.port.messages import OutboundFile, OutboundMessage

_Q = Queries(Path(__file__).with_name("delivery.sql"))

# The id by which a channel's service will know a message: (channel_id, message_id, created_at); None when it chooses.
ChooseId = Callable[[UUID, UUID, datetime], str | None]


class Due(msgspec.Struct, frozen=True):
    """A delivery that could be sent now."""

    workspace_id: UUID
    message_id: UUID
    part: int
    channel_id: UUID


class Abandoned(msgspec.Struct, frozen=True):
    workspace_id: UUID
    message_id: UUID
    part: int
    channel_id: UUID
    connector: str


class Claim(msgspec.Struct, frozen=True):
    """A delivery that is this worker's until its lease ends. `refused`: why it must not be sent: (kind, text)."""

    workspace_id: UUID
    channel_id: UUID
    message_id: UUID
    part: int
    attempt: int
    outbound: OutboundMessage
    refused: tuple[str, str] | None = None


async def find_due(tx: Tx, *, full_channels: Sequence[UUID], limit: int) -> list[Due]:
    rows = await _Q.rows(tx, "find_due", full_channels=list(full_channels), limit=limit)
    return [Due(*row) for row in rows]


async def find_abandoned(tx: Tx) -> list[Abandoned]:
    return [Abandoned(*row) for row in await _Q.rows(tx, "find_abandoned")]


async def extend(tx: Tx, claims: Sequence[Claim], lease_seconds: float) -> None:
    await _Q.run(
        tx, "extend", lease_seconds=lease_seconds, workspace_ids=[c.workspace_id for c in claims],
        message_ids=[c.message_id for c in claims], parts=[c.part for c in claims], attempts=[c.attempt for c in claims],
    )  # fmt: skip


async def claim(
    w: Writer, due: Sequence[DeliveryKey], choose_id: ChooseId, lease_seconds: float, now: datetime
) -> list[Claim]:
    """Takes those that still wait, in the given order, and announces them as `sending`."""
    rows = await _Q.rows(
        w.tx, "claim", workspace_id=w.workspace_id, message_ids=[message for message, _ in due],
        parts=[part for _, part in due], lease_seconds=lease_seconds,
    )  # fmt: skip
    if not rows:
        return []
    taken = {(row["message_id"], row["part"]): row for row in rows}
    ids = list(dict.fromkeys(message for message, _ in taken))
    await announce(w, [message for message, part in taken if part == 0], SYSTEM, now)
    outbound = await _Outbound.load(w, ids)
    await outbound.choose_ids(w, choose_id)
    return [outbound.claim_of(w.workspace_id, taken[key]) for key in due if key in taken]


class _Outbound:
    """The messages of a claim with their conversations, files and threads."""

    def __init__(self, workspace_id: UUID) -> None:
        self._workspace_id = workspace_id
        self._rows: dict[UUID, asyncpg.Record] = {}
        self._headers: dict[UUID, dict[str, Any]] = {}
        self._references: dict[UUID, list[str]] = {}
        self._files: dict[UUID, asyncpg.Record] = {}
        self._chosen: dict[UUID, str] = {}

    @classmethod
    async def load(cls, w: Writer, ids: Sequence[UUID]) -> "_Outbound":
        self = cls(w.workspace_id)
        rows = await _Q.rows(w.tx, "list_outbound", workspace_id=w.workspace_id, ids=ids)
        self._rows = {row["id"]: row for row in rows}
        thread = {
            "workspace_id": w.workspace_id, "ids": [r["id"] for r in rows],
            "conversation_ids": [r["conversation_id"] for r in rows], "seqs": [r["seq"] for r in rows],
        }  # fmt: skip
        self._headers = {r["id"]: r["headers"] for r in await _Q.rows(w.tx, "list_thread_headers", **thread)}
        self._references = {r["id"]: r["external_ids"] for r in await _Q.rows(w.tx, "list_references", **thread)}
        files = [UUID(file["id"]) for row in rows for file in row["attachments"]]
        if files:
            found = await _Q.rows(w.tx, "list_file_keys", workspace_id=w.workspace_id, ids=files)
            self._files = {row["id"]: row for row in found}
        return self

    async def choose_ids(self, w: Writer, choose_id: ChooseId) -> None:
        for row in self._rows.values():
            if row["external_id"] is None:
                chosen = choose_id(row["channel_id"], row["id"], row["created_at"])
                if chosen is not None:
                    self._chosen[row["id"]] = chosen
        await _Q.run_many(
            w.tx, "set_external_id",
            [{"workspace_id": w.workspace_id, "id": k, "external_id": v} for k, v in self._chosen.items()],
        )  # fmt: skip

    def claim_of(self, workspace_id: UUID, taken: asyncpg.Record) -> Claim:
        row = self._rows[taken["message_id"]]
        refused = None
        if taken["bot_epoch"] is not None and taken["bot_epoch"] != row["epoch"]:
            refused = ("lease_lost", "The conversation had moved on before the bot's message could be sent.")
        elif any(UUID(file["id"]) not in self._files for file in row["attachments"]):
            refused = ("rejected", "A file of this message is not there.")
        elif any(_unconverted(self._files[UUID(file["id"])]) for file in row["attachments"]):
            refused = ("rejected", FAILED)
        outbound = self._outbound(row, taken["attempt"])
        return Claim(workspace_id, taken["channel_id"], row["id"], taken["part"], taken["attempt"], outbound, refused)

    def _outbound(self, row: asyncpg.Record, attempt: int) -> OutboundMessage:
        copies = msgspec.convert(row["recipients"] or {}, Recipients)
        return OutboundMessage(
            message_id=row["id"],
            conversation_id=row["conversation_id"],
            conversation_number=row["number"],
            address=row["address"],
            contact_name=row["contact_name"],
            author_kind=row["author_kind"],
            author_name=row["author_name"],
            text=row["text"],
            thread_key=row["thread_key"],
            external_id=row["external_id"] or self._chosen.get(row["id"]),
            subject=row["subject"] or row["conversation_subject"] or None,
            files=tuple(self._file(UUID(file["id"])) for file in row["attachments"] if UUID(file["id"]) in self._files),
            reply_headers=self._headers.get(row["id"], {}),
            references=tuple(self._references.get(row["id"], ())),
            created_at=row["created_at"],
            attempt=attempt,
            reply_to=row["reply_to"],
            formatted=row["format"] == "markdown",
            cc=tuple(copies.cc),
            bcc=tuple(copies.bcc),
            signature=row["signature"] or "",
            quoted=row["quoted"] or "",
            quoted_html=row["quoted_html"],
            buttons=tuple(msgspec.convert(row["buttons"] or [], list[Button])),
        )

    def _file(self, file_id: UUID) -> OutboundFile:
        row = self._files[file_id]
        file, voice = sent_file_from(row), bool(row["details"].get("voice"))
        return OutboundFile(file_id, file.name, file.type, file.size, file.key, voice)


def _unconverted(row: asyncpg.Record) -> bool:
    return row["play_as"] is not None and row["play_as"] not in row["renditions"]

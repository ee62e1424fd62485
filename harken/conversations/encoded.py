"""Conversations as JSON, kept by the version of what they were made of, so that a list is not encoded anew for each look."""

from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import UUID

import msgspec

from harken.conversations.store import list_by_ids
from harken.kit.db import Tx

_MOST: Final = 10_000  # of about a kilobyte
_UNKNOWN: Final = b'"read_count":null}'
_encoder = msgspec.json.Encoder()


class Version(NamedTuple):
    """All that a conversation's JSON depends on, but for who looks: the row's own version, and of what it names."""

    id: UUID
    row: int  # xmin: another one after each update
    contact_revision: int
    channel_active: bool
    names: str  # of whom it was closed and put aside by


class EncodedConversations:
    """The newest version of each that was asked for; the first in are the first out."""

    def __init__(self) -> None:
        self._known: dict[tuple[UUID, UUID], tuple[Version, bytes]] = {}

    async def of(
        self, tx: Tx, workspace_id: UUID, versions: Sequence[Version], read_counts: Sequence[int]
    ) -> list[msgspec.Raw]:
        """In the given order, each with the caller's read count. One that has gone meanwhile drops out."""
        known = self._known
        found = {version.id: known.get((workspace_id, version.id)) for version in versions}
        stale = [v.id for v in versions if (kept := found[v.id]) is None or kept[0] != v]
        if stale:
            found |= await self._read(tx, workspace_id, stale)
        return [
            msgspec.Raw(b"%b%d}" % (kept[1], count))
            for version, count in zip(versions, read_counts, strict=True)
            if (kept := found[version.id]) is not None
        ]

    async def _read(self, tx: Tx, workspace_id: UUID, ids: Sequence[UUID]) -> dict[UUID, tuple[Version, bytes] | None]:
        read: dict[UUID, tuple[Version, bytes] | None] = dict.fromkeys(ids)
        for conversation, version in await list_by_ids(tx, workspace_id, ids):
            text = _encoder.encode(conversation)
            assert text.endswith(_UNKNOWN), "the caller's own count stands last"
            kept = (Version(conversation.id, *version), text[: -len(b"null}")])
            read[conversation.id] = self._known[workspace_id, conversation.id] = kept
        while len(self._known) > _MOST:
            del self._known[next(iter(self._known))]
        return read

"""Rows of contacts, with what the caller may see inside the query: a conversation they may see, or none with anybody."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from harken.contacts.model import Blocked, Contact, ContactDetail, ContactFile, Identity, Merge, Note
from harken.kit.db import Tx, queries_beside
from harken.kit.errors import NotFound
from harken.people.model import Caller

Q = queries_beside(__file__)


def rights_of(caller: Caller) -> dict[str, object]:
    """What every query that asks for access takes."""
    return {"sees_all": caller.sees_all, "team_ids": sorted(caller.team_ids), "agent_id": caller.agent_id}


async def get_visible(tx: Tx, caller: Caller, contact_id: UUID) -> Contact:
    """Raises NotFound, also for what the caller may not see, and for what was merged into another."""
    row = await Q.row(tx, "find_visible", workspace_id=caller.workspace_id, id=contact_id, **rights_of(caller))
    if row is None:
        raise NotFound("no such contact")
    return (await contacts_from(tx, caller.workspace_id, [row]))[0]


async def get_detail(tx: Tx, caller: Caller, contact_id: UUID) -> ContactDetail:
    """With notes and merges. Raises NotFound."""
    contact = await get_visible(tx, caller, contact_id)
    which: dict[str, UUID] = {"workspace_id": caller.workspace_id, "contact_id": contact_id}
    return ContactDetail(
        **{name: getattr(contact, name) for name in Contact.__struct_fields__},
        notes=[Note(*row) for row in await Q.rows(tx, "list_notes", **which)],
        merges=[Merge(*row) for row in await Q.rows(tx, "list_merges", **which)],
    )


async def contacts_from(tx: Tx, workspace_id: UUID, rows: Sequence[asyncpg.Record]) -> list[Contact]:
    """From records with the columns of find_visible, in their order."""
    ids = [row["id"] for row in rows]
    held: dict[UUID, list[Identity]] = {contact_id: [] for contact_id in ids}
    for i in await Q.rows(tx, "list_identities", workspace_id=workspace_id, contact_ids=ids):
        held[i["contact_id"]].append(
            Identity(i["id"], i["connector"], i["address"], i["display_name"], i["verified"])
        )  # fmt: skip
    return [_contact(row, held[row["id"]]) for row in rows]


def _contact(row: asyncpg.Record, identities: list[Identity]) -> Contact:
    at: datetime | None = row["blocked_at"]
    fields: dict[str, Any] = {
        name: row[name]
        for name in (
            "id", "name", "attributes", "label_ids", "timezone", "language", "revision", "created_at", "last_activity_at",
        )
    }  # fmt: skip
    return Contact(
        **fields,
        identities=identities,
        blocked=None if at is None else Blocked(at, row["blocked_by"], row["blocked_by_name"] or ""),
    )


async def list_files(
    tx: Tx, caller: Caller, contact_id: UUID, limit: int, after: tuple[datetime, UUID] | None
) -> list[ContactFile]:
    """Newest first; of conversations that the caller may see."""
    rows = await Q.rows(
        tx, "list_files", workspace_id=caller.workspace_id, contact_id=contact_id, limit=limit,
        after_at=after[0] if after else None, after_id=after[1] if after else None, **rights_of(caller),
    )  # fmt: skip
    return [
        ContactFile(
            r["id"], r["name"], r["type"], r["size"], _kind(r["type"]), r["conversation_id"], r["message_id"], r["created_at"]
        )
        for r in rows
    ]  # fmt: skip


def _kind(media_type: str) -> Any:
    """As conversations show it: SVG is a document with scripts, not a picture."""
    family = media_type.partition("/")[0]
    return family if family in ("image", "audio", "video") and media_type != "image/svg+xml" else "file"


async def is_blocked(tx: Tx, workspace_id: UUID, contact_id: UUID) -> bool:
    return bool(await Q.value(tx, "is_blocked", workspace_id=workspace_id, id=contact_id))


async def blocked_among(
    tx: Tx, workspace_id: UUID, senders: Sequence[tuple[str, str, str]]
) -> set[tuple[str, str, str]]:
    """Which of these (connector, scope, address) are a blocked contact's."""
    rows = await Q.rows(
        tx, "list_blocked_senders", workspace_id=workspace_id, connectors=[s[0] for s in senders],
        scopes=[s[1] for s in senders], addresses=[s[2] for s in senders],
    )  # fmt: skip
    return {(row["connector"], row["scope"], row["address"]) for row in rows}

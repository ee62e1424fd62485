"""Contacts as rows, with what the caller may see inside the query: a conversation they may see, or none with anybody."""

import base64
import binascii
from collections.abc import Sequence
from uuid import UUID

import asyncpg
import msgspec

from harken.contacts.model import Contact, Identity
from harken.kit.db import Tx, queries_beside
from harken.kit.errors import Invalid, NotFound
from harken.people.model import Caller

Q = queries_beside(__file__)
MOST = 100


class ContactPage(msgspec.Struct, frozen=True):
    items: list[Contact]
    next_cursor: str | None


class _Cursor(msgspec.Struct, frozen=True, array_like=True):
    name: str
    id: UUID


async def list_contacts(tx: Tx, caller: Caller, q: str, limit: int, cursor: str | None) -> ContactPage:
    """By name. Raises Invalid for a cursor that is not ours."""
    size = max(1, min(limit, MOST))
    after = _read(cursor) if cursor else None
    pattern = _like(q)
    asked: dict[str, object] = {
        "workspace_id": caller.workspace_id, "after_id": after.id if after else None,
        "after_name": after.name if after else "", "pattern": pattern,
        "word_pattern": f"% {pattern}" if pattern else None, "limit": size + 1,
    }  # fmt: skip
    if caller.sees_all:
        rows = await Q.rows(tx, "list_all", **asked)
    else:
        mine = {"team_ids": sorted(caller.team_ids), "agent_id": caller.agent_id}
        rows = await Q.rows(tx, "list_visible", **asked, **mine)
    items = await _with_identities(tx, caller.workspace_id, rows[:size])
    return ContactPage(items, _cursor_after(items[-1]) if len(rows) > size else None)


async def get_visible(tx: Tx, caller: Caller, contact_id: UUID) -> Contact:
    """Raises NotFound, also for what the caller may not see."""
    row = await Q.row(
        tx, "find_visible", workspace_id=caller.workspace_id, id=contact_id, sees_all=caller.sees_all,
        team_ids=sorted(caller.team_ids), agent_id=caller.agent_id,
    )  # fmt: skip
    if row is None:
        raise NotFound("no such contact")
    return (await _with_identities(tx, caller.workspace_id, [row]))[0]


async def _with_identities(tx: Tx, workspace_id: UUID, rows: Sequence[asyncpg.Record]) -> list[Contact]:
    ids = [row["id"] for row in rows]
    held: dict[UUID, list[Identity]] = {contact_id: [] for contact_id in ids}
    for i in await Q.rows(tx, "list_identities", workspace_id=workspace_id, contact_ids=ids):
        held[i["contact_id"]].append(
            Identity(i["id"], i["connector"], i["address"], i["display_name"], i["verified"])
        )  # fmt: skip
    return [
        Contact(r["id"], r["name"], r["attributes"], held[r["id"]], r["revision"], r["created_at"]) for r in rows
    ]  # fmt: skip


def _like(q: str) -> str | None:
    """A prefix for `like`; None for nothing to look for."""
    clean = q.strip().lower()[:200]
    escaped = clean.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"{escaped}%" if escaped else None


def _cursor_after(contact: Contact) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(_Cursor(contact.name.lower(), contact.id))).decode()


def _read(cursor: str) -> _Cursor:
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(cursor), type=_Cursor)
    except (binascii.Error, ValueError, msgspec.DecodeError) as error:
        raise Invalid(("cursor", "invalid")) from error

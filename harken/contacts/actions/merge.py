"""Two contacts that are one person become one, and apart again.

Identities go over with all their conversations; what the other contact has besides stays in its row, hidden, and only
what the one that stays lacked is copied to it. Undoing takes back exactly that (contact_merge). The caller holds the
workspace's sequence row, so that no message and no other merge comes in between.
"""

from datetime import datetime
from pathlib import Path
from uuid import UUID

import msgspec

from harken.contacts.audience import announce, audiences
from harken.contacts.model import Brought, ContactDetail, ContactSummary
from harken.contacts.rules import Traits, brought_by, with_brought, without_brought
from harken.contacts.store import get_detail, get_visible
from harken.events.log import Writer
from harken.events.types import Actor
from harken.kit.db import Queries
from harken.kit.errors import Invalid, NotFound
from harken.kit.ids import new_id
from harken.people.model import Caller

_Q = Queries(Path(__file__).with_suffix(".sql"))


async def merge(w: Writer, caller: Caller, contact_id: UUID, other_id: UUID, at: datetime) -> ContactDetail:
    """The other's identities, conversations and notes are this contact's from now on. Raises NotFound, Invalid."""
    stays = await get_visible(w.tx, caller, contact_id)
    if contact_id == other_id:
        raise Invalid(("contact_id", "same"))
    other = await get_visible(w.tx, caller, other_id)
    brought = brought_by(stays, other)
    rows = await _Q.rows(w.tx, "list_identity_ids", workspace_id=w.workspace_id, contact_id=other_id)
    identity_ids: list[UUID] = [row["id"] for row in rows]
    await _move(w, other_id, contact_id, identity_ids)
    notes = await _move_notes(w, other_id, contact_id, None)
    await _save(w, caller, contact_id, with_brought(stays, brought), at)
    await _Q.run(
        w.tx, "set_merged_into", workspace_id=w.workspace_id, id=other_id, into_id=contact_id, revision=w.revision
    )
    await _Q.run(
        w.tx, "insert_merge", id=new_id(), workspace_id=w.workspace_id, contact_id=contact_id, other_id=other_id,
        identity_ids=identity_ids, note_ids=notes, brought=brought, merged_by=caller.agent_id, merged_at=at,
    )  # fmt: skip
    await _say_moved(w, caller, contact_id, identity_ids, at)
    return await get_detail(w.tx, caller, contact_id)


async def undo_merge(w: Writer, caller: Caller, contact_id: UUID, merge_id: UUID, at: datetime) -> ContactDetail:
    """Answers the contact that stayed. Raises NotFound, also when the merge has been undone already."""
    stays = await get_visible(w.tx, caller, contact_id)
    row = await _Q.row(w.tx, "find_merge", workspace_id=w.workspace_id, contact_id=contact_id, id=merge_id)
    if row is None:
        raise NotFound("no such merge")
    other_id: UUID = row["other_id"]
    moved = await _move(w, contact_id, other_id, row["identity_ids"])
    await _move_notes(w, contact_id, other_id, row["note_ids"])
    await _save(w, caller, contact_id, without_brought(stays, msgspec.convert(row["brought"], Brought)), at)
    await _Q.run(w.tx, "set_merged_into", workspace_id=w.workspace_id, id=other_id, into_id=None, revision=w.revision)
    await _Q.run(
        w.tx, "finish_merge", workspace_id=w.workspace_id, id=merge_id, now=at, agent_id=caller.agent_id
    )  # fmt: skip
    summary = await _summary(w, contact_id)
    await _say_moved(w, caller, other_id, moved, at)
    await announce(w, caller, summary, at)
    return await get_detail(w.tx, caller, contact_id)


async def _move(w: Writer, from_id: UUID, to_id: UUID, identity_ids: list[UUID]) -> list[UUID]:
    rows = await _Q.rows(
        w.tx, "move_identities", workspace_id=w.workspace_id, from_id=from_id, to_id=to_id, ids=identity_ids,
        revision=w.revision,
    )  # fmt: skip
    return [row["id"] for row in rows]


async def _move_notes(w: Writer, from_id: UUID, to_id: UUID, ids: list[UUID] | None) -> list[UUID]:
    rows = await _Q.rows(
        w.tx, "move_notes", workspace_id=w.workspace_id, from_id=from_id, to_id=to_id, ids=ids
    )  # fmt: skip
    return [row["id"] for row in rows]


async def _save(w: Writer, caller: Caller, contact_id: UUID, traits: Traits, at: datetime) -> None:
    await _Q.run(
        w.tx, "save_traits", workspace_id=w.workspace_id, id=contact_id, name=traits.name,
        attributes=traits.attributes, label_ids=traits.label_ids, timezone=traits.timezone, language=traits.language,
        blocked=traits.blocked, revision=w.revision, now=at, agent_id=caller.agent_id,
    )  # fmt: skip


async def _say_moved(w: Writer, caller: Caller, contact_id: UUID, identity_ids: list[UUID], at: datetime) -> None:
    """identities_moved to who may see a conversation of the contact, then contact_changed; all with one revision."""
    contact = await _summary(w, contact_id)
    actor = Actor("agent", caller.agent_id, caller.name)
    moved = {"contact": contact, "identity_ids": identity_ids}
    for audience in await audiences(w, contact_id):
        w.append("identities_moved", moved, actor=actor, audience=audience, at=at)
    await announce(w, caller, contact, at)


async def _summary(w: Writer, contact_id: UUID) -> ContactSummary:
    row = await _Q.row(w.tx, "find_summary", workspace_id=w.workspace_id, id=contact_id)
    assert row is not None, "a merge keeps its contacts"
    return ContactSummary(row["id"], row["name"], row["revision"], row["blocked"])

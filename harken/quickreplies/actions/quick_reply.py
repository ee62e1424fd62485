"""Making, changing and removing one."""

from datetime import datetime
from uuid import UUID

import asyncpg
from msgspec.structs import replace

from harken.events.log import Writer
from harken.events.types import Actor
from harken.kit.errors import Conflict, Forbidden
from harken.kit.ids import new_id
from harken.people.model import Caller
from harken.quickreplies import store
from harken.quickreplies.actions.files import take_files
from harken.quickreplies.model import QuickReply, Wording
from harken.quickreplies.rules import MOST, audience_of, checked, may_change, require_scope


async def create_quick_reply(w: Writer, caller: Caller, wording: Wording, at: datetime) -> QuickReply:
    """Raises Invalid, Forbidden for the scope, Conflict `shortcut_taken`, `too_many`."""
    wanted = checked(wording)
    require_scope(caller, wanted)
    if await store.count_all(w.tx, w.workspace_id) >= MOST:
        raise Conflict(f"at most {MOST} Quick Replies", code="too_many")
    id = new_id()
    await _save(w, caller, id, wanted, at, new=True)
    return await _say(w, caller, id, at)


async def change_quick_reply(
    w: Writer, caller: Caller, quick_reply_id: UUID, wording: Wording, at: datetime
) -> QuickReply:
    """`wording` has all of it. Raises NotFound, Invalid, Forbidden, Conflict `shortcut_taken`."""
    before = await changeable(w, caller, quick_reply_id)
    wanted = checked(wording)
    require_scope(caller, wanted)
    if wanted == wording_of(before):
        return before
    if (before.scope, before.team_id) != (wanted.scope, wanted.team_id):
        _say_deleted(w, caller, before, at)  # to who may no longer use it
    await _save(w, caller, before.id, wanted, at, new=False)
    return await _say(w, caller, before.id, at)


async def delete_quick_reply(w: Writer, caller: Caller, quick_reply_id: UUID, at: datetime) -> None:
    """Raises NotFound, Forbidden."""
    before = await changeable(w, caller, quick_reply_id)
    await store.delete_quick_reply(w.tx, w.workspace_id, before.id)
    _say_deleted(w, caller, before, at)


async def changeable(w: Writer, caller: Caller, quick_reply_id: UUID) -> QuickReply:
    """Raises NotFound, Forbidden."""
    before = await store.get_usable(w.tx, caller, quick_reply_id)
    if not may_change(caller, before):
        raise Forbidden("Quick Replies for everyone are written by supervisors", code="supervisors_only")
    return before


def wording_of(reply: QuickReply) -> Wording:
    return Wording(
        reply.shortcut, reply.body, reply.title, reply.scope, reply.team_id, reply.language,
        [file.id for file in reply.attachments],
    )  # fmt: skip


async def write_row(w: Writer, caller: Caller, id: UUID, wanted: Wording, at: datetime, *, new: bool) -> None:
    """Raises Conflict `shortcut_taken`, and the transaction goes on."""
    write = store.insert_quick_reply if new else store.update_quick_reply
    try:
        async with w.tx.transaction():
            await write(w.tx, caller, id, wanted, w.revision, at)
    except asyncpg.UniqueViolationError as error:
        raise Conflict("there is a Quick Reply with this shortcut", code="shortcut_taken") from error


async def _save(w: Writer, caller: Caller, id: UUID, wanted: Wording, at: datetime, *, new: bool) -> None:
    """The row first, which its files point to; its files' ids then."""
    await write_row(w, caller, id, wanted, at, new=new)
    kept = await take_files(w.tx, caller, id, wanted.attachment_ids)
    if kept != wanted.attachment_ids:
        await store.update_quick_reply(w.tx, caller, id, replace(wanted, attachment_ids=kept), w.revision, at)


async def _say(w: Writer, caller: Caller, id: UUID, at: datetime) -> QuickReply:
    saved = await store.get_usable(w.tx, caller, id)
    actor = Actor("agent", caller.agent_id, caller.name)
    w.append("quick_reply_changed", {"quick_reply": saved}, actor=actor, audience=audience_of(saved), at=at)
    return saved


def _say_deleted(w: Writer, caller: Caller, before: QuickReply, at: datetime) -> None:
    actor = Actor("agent", caller.agent_id, caller.name)
    w.append("quick_reply_deleted", {"id": before.id}, actor=actor, audience=audience_of(before), at=at)

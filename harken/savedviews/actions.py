"""Making, changing and removing saved views; the edge opens the transaction."""

from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from harken.events.log import Writer
from harken.events.types import Actor
from harken.kit.errors import Conflict, Forbidden
from harken.kit.ids import new_id
from harken.people.model import Caller
from harken.people.rules import checked_name
from harken.savedviews import store
from harken.savedviews.model import ListedView, ListFilter, SavedView, Scope
from harken.savedviews.rules import MOST, audience_of, may_change


async def create_saved_view(
    w: Writer, caller: Caller, name: str, scope: Scope, view: ListedView, narrowed: ListFilter, position: int,
    at: datetime,
) -> SavedView:  # fmt: skip
    """Raises Invalid for the name, Forbidden when an agent makes one for everybody, Conflict `too_many`."""
    saved = SavedView(new_id(), checked_name(name), scope, caller.agent_id, view, narrowed, position)
    _require_for_everyone(caller, saved)
    if await store.count_owned(w.tx, caller) >= MOST:
        raise Conflict(f"at most {MOST} saved views", code="too_many")
    await store.insert_saved_view(w.tx, w.workspace_id, saved, at)
    _say(w, caller, saved, at)
    return saved


async def change_saved_view(
    w: Writer, caller: Caller, saved_view_id: UUID, changed: SavedView, at: datetime
) -> SavedView:
    """`changed` has all of it but the owner, who stays. Raises NotFound, Invalid, Forbidden."""
    before = await _changeable(w, caller, saved_view_id)
    saved = replace(changed, id=before.id, owner_id=before.owner_id, name=checked_name(changed.name))
    if saved == before:
        return before
    if saved.scope != before.scope:
        _require_for_everyone(caller, saved)
    await store.update_saved_view(w.tx, w.workspace_id, saved, at)
    if (before.scope, saved.scope) == ("everyone", "mine"):
        _say_removed(w, caller, before, at)
    _say(w, caller, saved, at)
    return saved


async def remove_saved_view(w: Writer, caller: Caller, saved_view_id: UUID, at: datetime) -> None:
    """Raises NotFound, Forbidden."""
    saved = await _changeable(w, caller, saved_view_id)
    await store.delete_saved_view(w.tx, w.workspace_id, saved.id)
    _say_removed(w, caller, saved, at)


async def _changeable(w: Writer, caller: Caller, saved_view_id: UUID) -> SavedView:
    saved = await store.get_usable(w.tx, caller, saved_view_id)
    if not may_change(caller, saved):
        raise Forbidden("a view for everybody is changed by its owner and by supervisors")
    return saved


def _require_for_everyone(caller: Caller, saved: SavedView) -> None:
    if saved.scope == "everyone" and not caller.sees_all:
        raise Forbidden("only a supervisor saves a view for everybody")


def _say(w: Writer, caller: Caller, saved: SavedView, at: datetime) -> None:
    actor = Actor("agent", caller.agent_id, caller.name)
    w.append("saved_view_changed", {"saved_view": saved}, actor=actor, audience=audience_of(saved), at=at)


def _say_removed(w: Writer, caller: Caller, saved: SavedView, at: datetime) -> None:
    actor = Actor("agent", caller.agent_id, caller.name)
    w.append("saved_view_removed", {"id": saved.id}, actor=actor, audience=audience_of(saved), at=at)

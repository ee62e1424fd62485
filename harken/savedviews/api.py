"""/api/saved-views: one's own and everybody's. How much each holds is in the conversations' routes."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import delete, get, patch, post
from msgspec.structs import replace

from harken.events.log import writing
from harken.people.model import Caller
from harken.port.services import Services
from harken.savedviews import actions, store
from harken.savedviews.model import ListedView, ListFilter, SavedView, Scope

_Position = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class NewSavedView(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    view: ListedView
    scope: Scope = "mine"
    filter: ListFilter = ListFilter()
    position: _Position = 0


class SavedViewPatch(msgspec.Struct, forbid_unknown_fields=True):
    """What is left out stays; `filter` is given whole."""

    name: str | None = None
    view: ListedView | None = None
    scope: Scope | None = None
    filter: ListFilter | None = None
    position: _Position | None = None


class SavedViewList(msgspec.Struct, frozen=True):
    items: list[SavedView]
    next_cursor: str | None = None


@get("/api/saved-views", tags=["saved views"])
async def list_saved_views(caller: Caller, services: Services) -> SavedViewList:
    """The caller's own and everybody's, in their order."""
    async with services.db.connection() as connection:
        return SavedViewList(await store.list_usable(connection, caller))


@get("/api/saved-views/{saved_view_id:uuid}", tags=["saved views"])
async def get_saved_view(caller: Caller, services: Services, saved_view_id: UUID) -> SavedView:
    """One that the caller may use."""
    async with services.db.connection() as connection:
        return await store.get_usable(connection, caller, saved_view_id)


@post("/api/saved-views", tags=["saved views"])
async def create_saved_view(caller: Caller, services: Services, data: NewSavedView) -> SavedView:
    """For oneself; for everybody, as a supervisor or admin."""
    async with writing(services.db, caller.workspace_id) as w:
        return await actions.create_saved_view(
            w, caller, data.name, data.scope, data.view, data.filter, data.position, services.clock.now()
        )


@patch("/api/saved-views/{saved_view_id:uuid}", tags=["saved views"])
async def change_saved_view(caller: Caller, services: Services, saved_view_id: UUID, data: SavedViewPatch) -> SavedView:
    """One's own; one that everybody uses, as its owner, a supervisor or an admin."""
    changes = {name: value for name, value in msgspec.structs.asdict(data).items() if value is not None}
    async with writing(services.db, caller.workspace_id) as w:
        before = await store.get_usable(w.tx, caller, saved_view_id)
        return await actions.change_saved_view(
            w, caller, saved_view_id, replace(before, **changes), services.clock.now()
        )


@delete("/api/saved-views/{saved_view_id:uuid}", tags=["saved views"])
async def remove_saved_view(caller: Caller, services: Services, saved_view_id: UUID) -> None:
    """As for changing it."""
    async with writing(services.db, caller.workspace_id) as w:
        await actions.remove_saved_view(w, caller, saved_view_id, services.clock.now())


ROUTES = [list_saved_views, get_saved_view, create_saved_view, change_saved_view, remove_saved_view]

"""/api/labels: everybody reads, supervisors and admins change."""

from uuid import UUID

import msgspec
from litestar import delete, get, patch, post

from harken.events.log import writing
from harken.events.types import Actor
from harken.labels import actions, store
from harken.labels.model import Label
from harken.people.model import Caller
from harken.port.services import Services


class NewLabel(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    color: str = "grey"


class LabelPatch(msgspec.Struct, forbid_unknown_fields=True):
    name: str | None = None
    color: str | None = None


class LabelList(msgspec.Struct, frozen=True):
    items: list[Label]
    next_cursor: str | None = None


def _actor(caller: Caller) -> Actor:
    return Actor("agent", caller.agent_id, caller.name)


@get("/api/labels", summary="Labels")
async def list_labels(caller: Caller, services: Services) -> LabelList:
    async with services.db.connection() as connection:
        return LabelList(await store.list_labels(connection, caller.workspace_id))


@get("/api/labels/{label_id:uuid}", summary="One label")
async def get_label(caller: Caller, services: Services, label_id: UUID) -> Label:
    async with services.db.connection() as connection:
        return await store.get_label(connection, caller.workspace_id, label_id)


@post("/api/labels", summary="Make a label")
async def create_label(caller: Caller, services: Services, data: NewLabel) -> Label:
    caller.require("supervisor")
    async with writing(services.db, caller.workspace_id) as w:
        return await actions.create_label(w, _actor(caller), data.name, data.color, services.clock.now())


@patch("/api/labels/{label_id:uuid}", summary="Change a label")
async def change_label(caller: Caller, services: Services, label_id: UUID, data: LabelPatch) -> Label:
    caller.require("supervisor")
    async with writing(services.db, caller.workspace_id) as w:
        return await actions.change_label(w, _actor(caller), label_id, data.name, data.color, services.clock.now())


@delete("/api/labels/{label_id:uuid}", summary="Remove a label, also from every conversation")
async def remove_label(caller: Caller, services: Services, label_id: UUID) -> None:
    caller.require("supervisor")
    async with writing(services.db, caller.workspace_id) as w:
        await actions.remove_label(w, _actor(caller), label_id, services.clock.now())


ROUTES = [list_labels, get_label, create_label, change_label, remove_label]

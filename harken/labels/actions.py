"""Making, changing and removing labels; the edge opens the transaction and checks the role."""

import contextlib
from collections.abc import Generator
from datetime import datetime
from uuid import UUID

import asyncpg

from harken.events.log import Writer
from harken.events.types import Actor, Audience
from harken.kit.errors import Conflict
from harken.kit.ids import new_id
from harken.labels import store
from harken.labels.model import Label
from harken.people.rules import checked_color, checked_name


async def create_label(w: Writer, actor: Actor, name: str, color: str, at: datetime) -> Label:
    """Raises Invalid, and Conflict `name_taken`."""
    label = _checked(Label(new_id(), name, color))
    with _unique_name():
        await store.insert_label(w.tx, w.workspace_id, label)
    w.append("label_changed", {"label": label}, actor=actor, audience=Audience(), at=at)
    return label


async def change_label(
    w: Writer, actor: Actor, label_id: UUID, name: str | None, color: str | None, at: datetime
) -> Label:
    """Raises NotFound, Invalid, and Conflict `name_taken`."""
    before = await store.get_label(w.tx, w.workspace_id, label_id)
    label = _checked(Label(label_id, before.name if name is None else name, before.color if color is None else color))
    if label == before:
        return before
    with _unique_name():
        await store.update_label(w.tx, w.workspace_id, label)
    w.append("label_changed", {"label": label}, actor=actor, audience=Audience(), at=at)
    return label


async def remove_label(w: Writer, actor: Actor, label_id: UUID, at: datetime) -> None:
    """Also from every conversation. Raises NotFound."""
    await store.get_label(w.tx, w.workspace_id, label_id)
    await store.delete_label(w.tx, w.workspace_id, label_id)
    w.append("label_removed", {"id": label_id}, actor=actor, audience=Audience(), at=at)


def _checked(label: Label) -> Label:
    return Label(label.id, checked_name(label.name), checked_color(label.color))


@contextlib.contextmanager
def _unique_name() -> Generator[None]:
    try:
        yield
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name != "label_name_unique":
            raise
        raise Conflict("a label of this name exists", code="name_taken") from error

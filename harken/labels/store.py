"""Rows of labels. Private to this domain, but for `list_labels`."""

from uuid import UUID

from harken.kit.db import Tx, queries_beside
from harken.kit.errors import NotFound
from harken.labels.model import Label

_Q = queries_beside(__file__)


async def list_labels(tx: Tx, workspace_id: UUID) -> list[Label]:
    """All of a workspace, by name."""
    return [Label(*row) for row in await _Q.rows(tx, "list_labels", workspace_id=workspace_id)]


async def get_label(tx: Tx, workspace_id: UUID, label_id: UUID) -> Label:
    """Raises NotFound."""
    row = await _Q.row(tx, "find_label", workspace_id=workspace_id, id=label_id)
    if row is None:
        raise NotFound
    return Label(*row)


async def insert_label(tx: Tx, workspace_id: UUID, label: Label) -> None:
    await _Q.run(tx, "insert_label", workspace_id=workspace_id, id=label.id, name=label.name, color=label.color)


async def update_label(tx: Tx, workspace_id: UUID, label: Label) -> None:
    await _Q.run(tx, "update_label", workspace_id=workspace_id, id=label.id, name=label.name, color=label.color)


async def delete_label(tx: Tx, workspace_id: UUID, label_id: UUID) -> None:
    """Also takes it from every conversation and contact that has it."""
    await _Q.run(tx, "clear_label", workspace_id=workspace_id, id=label_id)
    await _Q.run(tx, "clear_contact_label", workspace_id=workspace_id, id=label_id)
    await _Q.run(tx, "delete_label", workspace_id=workspace_id, id=label_id)

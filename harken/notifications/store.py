"""Notifications, and the browsers to push them to, read and written as rows."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from harken.events.log import Writer
from harken.events.types import SYSTEM, Access, Actor, Audience
from harken.kit.db import Tx, queries_beside
from harken.kit.ids import new_id
from harken.notifications.model import Notification, NotificationChanged, NotificationsRead, Recipient, Wish
from harken.notifications.rules import wants

Q = queries_beside(__file__)


class Place(msgspec.Struct, frozen=True):
    """Where a conversation stands now."""

    in_inbox: bool
    access: Access


async def unread_count(tx: Tx, workspace_id: UUID, agent_id: UUID) -> int:
    """The number beside the bell: of what the agent still may see."""
    return int(await Q.value(tx, "count_unread", workspace_id=workspace_id, agent_id=agent_id))


async def list_recipients(tx: Tx, workspace_id: UUID) -> dict[UUID, Recipient]:
    rows = await Q.rows(tx, "list_recipients", workspace_id=workspace_id)
    return {
        row["id"]: Recipient(row["id"], row["role"], frozenset(row["team_ids"]), row["preferences"]) for row in rows
    }


async def list_places(tx: Tx, workspace_id: UUID, ids: Iterable[UUID]) -> dict[UUID, Place]:
    rows = await Q.rows(tx, "list_places", workspace_id=workspace_id, ids=list(ids))
    return {row["id"]: _place_from(row) for row in rows}


async def list_newest(
    tx: Tx, workspace_id: UUID, agent_id: UUID, *, unread: bool, before: tuple[datetime, UUID] | None, limit: int
) -> list[Notification]:
    rows = await Q.rows(
        tx, "list_newest", workspace_id=workspace_id, agent_id=agent_id, unread=unread, limit=limit,
        before=before[0] if before else None, before_id=before[1] if before else None,
    )  # fmt: skip
    return [notification_from(row) for row in rows]


async def tell(w: Writer, recipient: Recipient, wish: Wish) -> Notification:
    """One more for the agent, or one counted on an unread one. `announce` it afterwards."""
    kind, preferences = wish.kind, recipient.preferences
    row = await Q.row(
        w.tx, "tell", id=new_id(), workspace_id=w.workspace_id, agent_id=recipient.id, kind=kind,
        conversation_id=wish.conversation_id, message_id=wish.message_id, actor_name=wish.actor_name,
        contact_name=wish.contact_name, preview=wish.preview, count=wish.count, at=wish.at,
        app=wants(preferences, kind, "app"), push=wants(preferences, kind, "push"),
        email=wants(preferences, kind, "email"),
    )  # fmt: skip
    assert row is not None
    return notification_from(row)


async def announce(w: Writer, agent_id: UUID, notifications: Sequence[Notification], at: datetime) -> None:
    """To every open page of that agent."""
    unread = await unread_count(w.tx, w.workspace_id, agent_id)
    for notification in notifications:
        _append(w, "notification_changed", agent_id, NotificationChanged(notification, unread), SYSTEM, at)


async def announce_read(w: Writer, read: Iterable[asyncpg.Record], actor: Actor, at: datetime) -> None:
    """One event for each agent of these rows (agent_id, id)."""
    by_agent: dict[UUID, list[UUID]] = {}
    for row in read:
        by_agent.setdefault(row["agent_id"], []).append(row["id"])
    for agent_id, ids in by_agent.items():
        unread = await unread_count(w.tx, w.workspace_id, agent_id)
        _append(w, "notifications_read", agent_id, NotificationsRead(ids, unread), actor, at)


def _append(w: Writer, type: str, agent_id: UUID, data: object, actor: Actor, at: datetime) -> None:
    w.append(
        "notification_changed" if type == "notification_changed" else "notifications_read",
        data, actor=actor, audience=Audience("agent", agent_id=agent_id), at=at,
    )  # fmt: skip


def notification_from(row: asyncpg.Record) -> Notification:
    return Notification(
        row["id"], row["kind"], row["conversation_id"], row["message_id"], row["actor_name"], row["contact_name"],
        row["preview"], row["count"], row["created_at"], row["updated_at"], row["read_at"] is not None, row["app"],
    )  # fmt: skip


def _place_from(row: asyncpg.Record) -> Place:
    agent_id = row["handler_id"] if row["handler_kind"] == "agent" else None
    return Place(row["status"] == "open" and row["handler_kind"] == "none", Access(row["team_id"], agent_id))

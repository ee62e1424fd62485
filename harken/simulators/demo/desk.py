"""What agents have arranged on the demo's desk: saved views, priorities, what is put aside, hours, customers' time zones."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from harken.kit.db import Tx
from harken.kit.ids import new_id

_WEEK: Final = ("monday", "tuesday", "wednesday", "thursday", "friday")
_HOURS: Final[dict[str, Any]] = {
    "timezone": "Europe/Berlin",
    "weekly": [{"day": day, "opens": "09:00", "closes": "18:00"} for day in _WEEK],
    "holidays": [{"date": "2026-12-25", "name": "Christmas Day", "yearly": True}],
}
_ZONES: Final = {
    "pt": "Europe/Lisbon",
    "de": "Europe/Berlin",
    "fr": "Europe/Paris",
    "es": "Europe/Madrid",
}


async def arrange(
    tx: Tx, workspace_id: UUID, agents: Mapping[str, UUID], labels: Mapping[str, UUID], now: datetime
) -> None:
    await _save_views(tx, workspace_id, agents["ada"], labels["vip"])
    await _prioritise(tx, workspace_id)
    await _put_aside(tx, workspace_id, agents, now)
    await tx.execute(
        "insert into business_hours (workspace_id, team_id, schedule) values ($1, null, $2)", workspace_id, _HOURS
    )
    for language, zone in _ZONES.items():
        await tx.execute(
            "update contact set timezone = $3 where workspace_id = $1 and language = $2",
            workspace_id, language, zone,
        )  # fmt: skip


async def _save_views(tx: Tx, workspace_id: UUID, ada: UUID, vip: UUID) -> None:
    views: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
        ("Waiting for an answer", "mine", "open", {"waiting": True, "sort": "waiting"}),
        ("VIP customers", "everyone", "active", {"label": str(vip)}),
    )
    await tx.executemany(
        "insert into saved_view (id, workspace_id, owner_id, scope, name, view, filter, position)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8)",
        [(new_id(), workspace_id, ada, scope, name, view, filter, place) for place, (name, scope, view, filter) in enumerate(views)],
    )  # fmt: skip


async def _prioritise(tx: Tx, workspace_id: UUID) -> None:
    """Some of the open ones, as conversations/store.py numbers priorities: 0 urgent, 1 high."""
    for remainder, priority in ((3, 0), (7, 1)):
        await tx.execute(
            "update conversation set priority = $2 where workspace_id = $1 and status = 'open' and number % 17 = $3",
            workspace_id, priority, remainder,
        )  # fmt: skip


async def _put_aside(tx: Tx, workspace_id: UUID, agents: Mapping[str, UUID], now: datetime) -> None:
    """Of each agent the oldest whose customer does not wait: half until tomorrow, half until they write."""
    for name, agent_id in agents.items():
        until = None if len(name) % 2 else now + timedelta(days=1)
        await tx.execute(
            "update conversation set snoozed_at = $3, snoozed_until = $4, snoozed_by = $2 where workspace_id = $1 and id = ("
            " select id from conversation where workspace_id = $1 and status = 'open' and handler_kind = 'agent'"
            " and handler_id = $2 and waiting_since is null order by last_activity_at limit 1)",
            workspace_id, agent_id, now, until,
        )  # fmt: skip

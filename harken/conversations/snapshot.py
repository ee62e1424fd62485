"""What a page starts with: everything but the lists, read at one moment together with its seq."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from uuid import UUID

import msgspec

from harken.channels.model import Channel
from harken.channels.store import list_channels
from harken.conversations.counts import open_counts
from harken.conversations.drafts import Draft, list_drafts
from harken.conversations.model import Views
from harken.events.log import last_seq
from harken.kit.db import Database, Queries, Tx
from harken.labels.model import Label
from harken.labels.store import list_labels
from harken.notifications.store import unread_count
from harken.people.model import Agent, Caller, Me
from harken.people.store import get_me, list_agents, list_teams
from harken.port.connector import Connector
from harken.quickreplies.model import QuickReplies
from harken.quickreplies.store import state_of_usable
from harken.savedviews.model import SavedView
from harken.savedviews.store import list_usable

_Q = Queries(Path(__file__).with_suffix(".sql"))


class TeamEntry(msgspec.Struct, frozen=True):
    """A team, and how much of it is open that the caller may see."""

    id: UUID
    name: str
    color: str
    member_ids: list[UUID]
    open_count: int


class BotEntry(msgspec.Struct, frozen=True):
    """A bot as everybody sees it (snapshot.bots, event bot_changed)."""

    id: UUID
    name: str
    kind: str
    state: Literal["on", "paused"]
    mode: Literal["live", "approve", "shadow"]


class NotificationsEntry(msgspec.Struct, frozen=True):
    unread: int


class Snapshot(msgspec.Struct, frozen=True):
    """`seq`: of the newest event that is in it; the live socket goes on from there."""

    seq: int
    me: Me
    agents: list[Agent]
    teams: list[TeamEntry]
    channels: list[Channel]
    bots: list[BotEntry]
    labels: list[Label]
    quick_replies: QuickReplies  # whether those that were loaded are still true: docs/adr
    saved_views: list[SavedView]  # the caller's own and everybody's
    notifications: NotificationsEntry
    drafts: list[Draft]  # the caller's own, the newest ones
    views: Views


async def read_snapshot(db: Database, caller: Caller, connectors: Mapping[str, Connector]) -> Snapshot:
    """In one transaction that sees one moment: no event is missing from it, and none after `seq` is in it."""
    async with db.consistent() as tx:
        workspace = caller.workspace_id
        counts = await open_counts(tx, caller)
        return Snapshot(
            seq=await last_seq(tx, workspace),
            me=await get_me(tx, caller),
            agents=await list_agents(tx, workspace),
            teams=await _teams(tx, workspace, counts.teams),
            channels=await list_channels(tx, workspace, connectors),
            bots=[BotEntry(*row) for row in await _Q.rows(tx, "list_bots", workspace_id=workspace)],
            labels=await list_labels(tx, workspace),
            quick_replies=await state_of_usable(tx, caller),
            saved_views=await list_usable(tx, caller),
            notifications=NotificationsEntry(await unread_count(tx, workspace, caller.agent_id)),
            drafts=await list_drafts(tx, caller),
            views=counts.views,
        )


async def _teams(tx: Tx, workspace_id: UUID, counts: Mapping[UUID, int]) -> list[TeamEntry]:
    return [
        TeamEntry(team.id, team.name, team.color, team.member_ids, counts.get(team.id, 0))
        for team in await list_teams(tx, workspace_id)
    ]

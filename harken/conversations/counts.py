"""The numbers beside the views and the teams: one index-only scan of what is open, the same rule as the lists."""

from pathlib import Path
from uuid import UUID

import msgspec

from harken.conversations.model import ViewCount, Views
from harken.kit.db import Queries, Tx
from harken.people.model import Caller

_Q = Queries(Path(__file__).with_suffix(".sql"))


class OpenCounts(msgspec.Struct, frozen=True):
    """`teams`: for each team, what of it is open and the caller may see (the length of view=active&team_id=)."""

    views: Views
    teams: dict[UUID, int]


async def open_counts(tx: Tx, caller: Caller) -> OpenCounts:
    """All counts in one round trip."""
    rows = await _Q.rows(
        tx, "count_open", workspace_id=caller.workspace_id, agent_id=caller.agent_id, sees_all=caller.sees_all,
        team_ids=list(caller.team_ids),
    )  # fmt: skip
    kinds = {"none": 0, "agent": 0, "bot": 0}
    teams: dict[UUID, int] = {}
    yours = 0
    for team_id, kind, mine, count in rows:
        kinds[kind] += count
        yours += count if mine else 0
        if team_id:
            teams[team_id] = teams.get(team_id, 0) + count
    views = Views(ViewCount(kinds["none"]), ViewCount(yours), ViewCount(kinds["agent"]), ViewCount(kinds["bot"]), {})
    return OpenCounts(views, teams)


async def view_counts(tx: Tx, caller: Caller) -> Views:
    return (await open_counts(tx, caller)).views


async def team_counts(tx: Tx, caller: Caller) -> dict[UUID, int]:
    return (await open_counts(tx, caller)).teams

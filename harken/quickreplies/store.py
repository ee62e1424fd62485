"""Rows of Quick Replies. Who may use one is part of every query. Private to this domain, but for `state_of_usable`."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from harken.kit.db import Tx, queries_beside
from harken.kit.errors import NotFound
from harken.people.model import Caller
from harken.quickreplies.model import QuickReplies, QuickReply, QuickReplyFile, Scope, Wording
from harken.quickreplies.rules import may_use

Q = queries_beside(__file__)


class ListQuery(msgspec.Struct, frozen=True):
    """What a list is narrowed to. `after`: the shortcut (in small letters) and id of the last one before it."""

    scope: Scope | None = None
    team_id: UUID | None = None
    language: str | None = None
    words: str | None = None
    after: tuple[str, UUID] | None = None
    limit: int = 100


async def list_usable(tx: Tx, caller: Caller, query: ListQuery) -> list[QuickReply]:
    """By shortcut."""
    shortcut, id = query.after or (None, None)
    rows = await Q.rows(
        tx, "list_usable", workspace_id=caller.workspace_id, agent_id=caller.agent_id, team_ids=list(caller.team_ids),
        scope=query.scope, team_id=query.team_id, language=query.language, words=query.words, after_shortcut=shortcut,
        after_id=id, limit=query.limit,
    )  # fmt: skip
    return [_quick_reply_from(row) for row in rows]


async def state_of_usable(tx: Tx, caller: Caller) -> QuickReplies:
    row = await Q.row(
        tx, "state_of_usable", workspace_id=caller.workspace_id, agent_id=caller.agent_id,
        team_ids=list(caller.team_ids),
    )  # fmt: skip
    assert row is not None
    return QuickReplies(row["count"], row["revision"])


async def get_usable(tx: Tx, caller: Caller, quick_reply_id: UUID) -> QuickReply:
    """Raises NotFound, also for what the caller may not use."""
    row = await Q.row(tx, "find_quick_reply", workspace_id=caller.workspace_id, id=quick_reply_id)
    found = _quick_reply_from(row) if row else None
    if found is None or not may_use(caller, found):
        raise NotFound
    return found


async def count_all(tx: Tx, workspace_id: UUID) -> int:
    return await Q.value(tx, "count_all", workspace_id=workspace_id)


async def insert_quick_reply(tx: Tx, caller: Caller, id: UUID, wording: Wording, revision: int, at: datetime) -> None:
    await Q.run(tx, "insert_quick_reply", **_values(caller, id, wording, revision, at))


async def update_quick_reply(tx: Tx, caller: Caller, id: UUID, wording: Wording, revision: int, at: datetime) -> None:
    await Q.run(tx, "update_quick_reply", **_values(caller, id, wording, revision, at))


async def delete_quick_reply(tx: Tx, workspace_id: UUID, id: UUID) -> None:
    await Q.run(tx, "delete_quick_reply", workspace_id=workspace_id, id=id)


async def team_names(tx: Tx, caller: Caller) -> dict[UUID, str]:
    """The caller's teams."""
    rows = await Q.rows(tx, "list_team_names", workspace_id=caller.workspace_id, ids=list(caller.team_ids))
    return {row["id"]: row["name"] for row in rows}


def _values(caller: Caller, id: UUID, wording: Wording, revision: int, at: datetime) -> dict[str, Any]:
    return {
        "workspace_id": caller.workspace_id, "id": id, "scope": wording.scope,
        "owner_id": caller.agent_id if wording.scope == "mine" else None, "team_id": wording.team_id,
        "shortcut": wording.shortcut, "title": wording.title, "body": wording.body, "language": wording.language,
        "attachment_ids": wording.attachment_ids, "revision": revision, "at": at,
    }  # fmt: skip


def _quick_reply_from(r: asyncpg.Record) -> QuickReply:
    return QuickReply(
        r["id"], r["scope"], r["owner_id"], r["team_id"], r["shortcut"], r["title"], r["body"], r["language"],
        msgspec.convert(r["files"] or [], list[QuickReplyFile]), r["usage_count"], r["last_used_at"], r["revision"],
        r["created_at"], r["updated_at"],
    )  # fmt: skip

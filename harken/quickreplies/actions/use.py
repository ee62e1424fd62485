"""What sending one does."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from harken.kit.db import Tx
from harken.people.model import Caller
from harken.quickreplies.store import Q


async def count_uses(tx: Tx, caller: Caller, quick_reply_ids: Sequence[UUID], at: datetime) -> None:
    """Each counts once; what is gone or not the caller's to use counts nothing, and fails nothing."""
    if quick_reply_ids:
        await Q.run(
            tx, "count_uses", workspace_id=caller.workspace_id, agent_id=caller.agent_id,
            team_ids=list(caller.team_ids), ids=list(quick_reply_ids), at=at,
        )  # fmt: skip

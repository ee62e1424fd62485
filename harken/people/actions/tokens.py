"""API tokens: shown once, stored as a hash, limited to scopes."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from harken.kit.clock import SystemClock
from harken.kit.crypto import new_token, token_hash
from harken.kit.db import Database, Tx
from harken.kit.errors import Conflict, NotFound
from harken.kit.ids import new_id
from harken.people.store import Q

SCOPES: Final = ("read", "write", "admin")


async def create_token(
    db: Database, email: str, *, name: str = "command line", scopes: Iterable[str] = SCOPES,
    workspace_id: UUID | None = None,
) -> str:  # fmt: skip
    """For the command line: a token of the agent with this address. Raises NotFound; Conflict when several have it."""
    async with db.tx() as tx:
        rows = await Q.rows(tx, "list_agents_by_email", email=email.strip())
        found = [row for row in rows if workspace_id in (None, row["workspace_id"])]
        if not found:
            raise NotFound(f"no active agent has the address {email}")
        if len(found) > 1:
            choices = ", ".join(str(row["workspace_id"]) for row in found)
            raise Conflict(f"several workspaces have this agent: {choices}", code="several_workspaces")
        now = SystemClock().now()
        _, token = await insert_token(tx, found[0]["workspace_id"], found[0]["id"], name, list(scopes), now)
        return token


async def insert_token(
    tx: Tx, workspace_id: UUID, agent_id: UUID, name: str, scopes: Sequence[str], now: datetime
) -> tuple[UUID, str]:
    """The new token's id and the token itself, which is stored nowhere."""
    token_id, token = new_id(), new_token("hkt_")
    await Q.run(
        tx, "insert_token", id=token_id, workspace_id=workspace_id, agent_id=agent_id, name=name,
        token_hash=token_hash(token), scopes=list(scopes), now=now,
    )  # fmt: skip
    return token_id, token

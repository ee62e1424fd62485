"""Names of whom a conversation is handed to, as they stand in lines and conflicts."""

from pathlib import Path
from uuid import UUID

from harken.conversations.model import Handler
from harken.events.log import Writer
from harken.kit.db import Queries
from harken.kit.errors import Invalid

_Q = Queries(Path(__file__).with_suffix(".sql"))


async def agent_name(w: Writer, agent_id: UUID | None) -> str:
    """An active agent's. Raises Invalid."""
    return await _name(w, "find_active_agent_name", agent_id, "id")


async def bot_name(w: Writer, bot_id: UUID | None) -> str:
    """Raises Invalid."""
    return await _name(w, "find_bot_name", bot_id, "id")


async def team_name(w: Writer, team_id: UUID | None) -> str:
    """Raises Invalid."""
    return await _name(w, "find_team_name", team_id, "team_id")


async def find_handler_name(w: Writer, handler: Handler) -> str:
    """Empty for nobody."""
    if handler.kind == "none":
        return ""
    query = "find_agent_name" if handler.kind == "agent" else "find_bot_name"
    return await _Q.value(w.tx, query, workspace_id=w.workspace_id, id=handler.id) or ""


async def unknown_agents(w: Writer, agent_ids: list[UUID]) -> bool:
    """Whether one of them is no active agent of the workspace."""
    found = await _Q.value(w.tx, "count_active_agents", workspace_id=w.workspace_id, ids=agent_ids)
    return found != len(set(agent_ids))


async def _name(w: Writer, query: str, id: UUID | None, field: str) -> str:
    name = await _Q.value(w.tx, query, workspace_id=w.workspace_id, id=id) if id else None
    if name is None:
        raise Invalid((field, "unknown"))
    return str(name)

"""PATCH /api/agents/{id}: it stands here because deactivating an agent returns their conversations (R10)."""

from uuid import UUID

from litestar import patch

from harken.conversations.actions.handler import return_all_of
from harken.events.log import writing
from harken.people.actions.agents import AgentPatch, actor_of, announce_agent, change_agent
from harken.people.model import Agent, Caller
from harken.people.store import get_agent
from harken.port.services import Services


@patch("/api/agents/{agent_id:uuid}", tags=["people"])
async def patch_agent(caller: Caller, services: Services, agent_id: UUID, data: AgentPatch) -> Agent:
    """Name, role, teams; `active: false` deactivates: sessions end, open conversations go back to the Inbox."""
    caller.require("admin")
    now = services.clock.now()
    async with writing(services.db, caller.workspace_id) as w:
        before = await get_agent(w.tx, w.workspace_id, agent_id)
        after = await change_agent(w, caller, agent_id, data)
        if before.active and not after.active:
            await return_all_of(w, actor_of(caller), agent_id, now)
        if after != before:
            await announce_agent(w, actor_of(caller), now, before, after)
    return after


ROUTES = [patch_agent]

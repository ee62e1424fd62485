"""From a channel's id to the Outlet that actions take: asked before a transaction begins."""

from uuid import UUID

from litestar.datastructures import State

from harken.channels.directory import ChannelDirectory
from harken.conversations.actions.outlet import Outlet
from harken.port.services import Services


async def outlet_of(services: Services, state: State, workspace_id: UUID, channel_id: UUID) -> Outlet | None:
    """None when the workspace has no such active channel."""
    directory: ChannelDirectory = state.directory
    found = await directory.get(channel_id)
    if found is None or found[1].workspace_id != workspace_id or found[0] not in services.connectors:
        return None
    kind, config = found
    return Outlet(services.connectors[kind], config)

"""GET and PUT /api/channels/{id}/automatic, for admins."""

from uuid import UUID

from litestar import get, put

from harken.automatic.model import Automatic
from harken.automatic.rules import checked
from harken.automatic.store import get_automatic, save_automatic
from harken.channels.store import get_record
from harken.channels.wire import channel_from
from harken.conversations.content import message_faults
from harken.people.model import Caller
from harken.port.services import Services


@get("/api/channels/{channel_id:uuid}/automatic", tags=["channels"])
async def get_channel_automatic(caller: Caller, services: Services, channel_id: UUID) -> Automatic:
    """What the channel says and does of itself. For admins."""
    caller.require("admin")
    async with services.db.connection() as connection:
        return await get_automatic(connection, caller.workspace_id, channel_id)


@put("/api/channels/{channel_id:uuid}/automatic", tags=["channels"])
async def put_channel_automatic(caller: Caller, services: Services, channel_id: UUID, data: Automatic) -> Automatic:
    """Sets all of it; a text that the channel cannot send is refused. For admins."""
    caller.require("admin")
    async with services.db.tx() as tx:
        channel = channel_from(await get_record(tx, caller.workspace_id, channel_id), services.connectors)
        wanted = checked(data, lambda text: not message_faults(channel.capabilities, text or "-", []))
        await save_automatic(tx, caller.workspace_id, channel_id, wanted)
    return wanted


ROUTES = [get_channel_automatic, put_channel_automatic]

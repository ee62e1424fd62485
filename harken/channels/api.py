"""Channels over HTTP: everybody sees that they are there, admins see and change how they are set up."""

import asyncio
from uuid import UUID

import msgspec
from litestar import delete, get, patch, post
from litestar.datastructures import State

from harken.channels.actions import (
    ChannelPatch,
    NewChannel,
    change_channel,
    create_channel,
    record_health,
    remove_channel,
)
from harken.channels.model import Channel, ChannelDetail
from harken.channels.store import get_record, list_channels
from harken.channels.wire import channel_from, config_from, detail_from
from harken.events.log import writing
from harken.kit.errors import Conflict
from harken.people.model import Caller
from harken.port.connector import Connector, Manifest
from harken.port.messages import ChannelConfig, CheckResult
from harken.port.services import Services

_TEST_SECONDS = 20.0


class ChannelPage(msgspec.Struct, frozen=True):
    items: list[Channel]
    next_cursor: str | None = None


class ManifestPage(msgspec.Struct, frozen=True):
    items: list[Manifest]
    next_cursor: str | None = None


@get("/api/connectors", tags=["channels"])
async def get_connectors(services: Services, caller: Caller) -> ManifestPage:
    """What a channel can be made with, and which settings each connector takes."""
    manifests = [connector.manifest for connector in services.connectors.values()]
    return ManifestPage(sorted(manifests, key=lambda manifest: manifest.title))


@get("/api/channels", tags=["channels"])
async def get_channels(services: Services, caller: Caller) -> ChannelPage:
    """Every channel of the workspace, the deactivated too."""
    async with services.db.connection() as connection:
        return ChannelPage(await list_channels(connection, caller.workspace_id, services.connectors))


@get("/api/channels/{channel_id:uuid}", tags=["channels"])
async def get_one_channel(services: Services, caller: Caller, channel_id: UUID) -> ChannelDetail | Channel:
    """With settings for admins, without for the others. Secrets are never shown."""
    async with services.db.connection() as connection:
        record = await get_record(connection, caller.workspace_id, channel_id)
    if caller.role != "admin" or not caller.has_scope("admin"):
        return channel_from(record, services.connectors)
    return detail_from(record, services.connectors, services.sealer, services.settings.public_url)


@post("/api/channels", tags=["channels"])
async def post_channel(services: Services, caller: Caller, data: NewChannel) -> ChannelDetail:
    """Makes a channel; generated secrets are shown this once. For admins."""
    caller.require("admin")
    async with writing(services.db, caller.workspace_id) as w:
        channel_id, shown = await create_channel(w, services, caller, data)
    return await _detail(services, caller, channel_id, shown)


@patch("/api/channels/{channel_id:uuid}", tags=["channels"])
async def patch_channel(
    services: Services, caller: Caller, state: State, channel_id: UUID, data: ChannelPatch
) -> ChannelDetail:
    """Changes what is given; a generated secret set to null or "" is made anew and shown this once. For admins."""
    caller.require("admin")
    async with writing(services.db, caller.workspace_id) as w:
        shown = await change_channel(w, services, caller, channel_id, data)
    state.directory.forget(channel_id)
    return await _detail(services, caller, channel_id, shown)


@delete("/api/channels/{channel_id:uuid}", tags=["channels"], status_code=204)
async def delete_channel(services: Services, caller: Caller, state: State, channel_id: UUID) -> None:
    """One that had conversations is deactivated and stays for them; another is gone. For admins."""
    caller.require("admin")
    async with writing(services.db, caller.workspace_id) as w:
        await remove_channel(w, services, caller, channel_id)
    state.directory.forget(channel_id)


@post("/api/channels/{channel_id:uuid}/test", tags=["channels"], status_code=200)
async def test_channel(services: Services, caller: Caller, channel_id: UUID) -> CheckResult:
    """Whether the channel works, and if not, why; kept as its health. For admins."""
    caller.require("admin")
    async with services.db.connection() as connection:
        record = await get_record(connection, caller.workspace_id, channel_id)
    connector = services.connectors.get(record["connector"])
    if connector is None:
        raise Conflict("the connector of this channel is not installed", code="no_connector")
    result = await _checked(connector, config_from(record, services.sealer, services.settings.public_url))
    await record_health(
        services.db, services.clock, services.connectors, caller.workspace_id, channel_id, result.ok, result.text
    )  # fmt: skip
    return result


async def _checked(connector: Connector, config: ChannelConfig) -> CheckResult:
    try:
        return await asyncio.wait_for(connector.check(config), _TEST_SECONDS)
    except TimeoutError:
        return CheckResult(False, "The service did not answer in time.")


async def _detail(services: Services, caller: Caller, channel_id: UUID, shown: dict[str, str]) -> ChannelDetail:
    async with services.db.connection() as connection:
        record = await get_record(connection, caller.workspace_id, channel_id)
    return detail_from(record, services.connectors, services.sealer, services.settings.public_url, shown or None)


ROUTES = [
    get_connectors, get_channels, get_one_channel, post_channel, patch_channel, delete_channel, test_channel,
]  # fmt: skip

"""Agents at work: each call is one action in one transaction, as the API makes it, a minute after the one before."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from harken.connectors.api import CONNECTOR
from harken.conversations import store
from harken.conversations.actions.outlet import Outlet
from harken.conversations.actions.reply import Reply, reply
from harken.conversations.model import Conversation, Message
from harken.events.log import Event, read_since, writing
from harken.kit.clock import ManualClock
from harken.kit.ids import new_id
from harken.people.model import Caller
from harken.port.connector import Connector
from harken.port.messages import ChannelConfig
from tests.world import NOON, World

CONNECTORS: dict[str, Connector] = {"api": CONNECTOR}
_T = TypeVar("_T")


class Desk:
    """`world` with a clock."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.db = world.db
        self.clock = ManualClock(NOON)

    async def do(self, action: Callable[..., Awaitable[_T]], *arguments: Any) -> _T:
        """`action(w, *arguments, at)`."""
        self.clock.advance(timedelta(minutes=1))
        async with writing(self.db, self.world.workspace) as w:
            return await action(w, *arguments, self.clock.now())

    def outlet(self) -> Outlet:
        settings = {"callback_url": "http://127.0.0.1:9/", "secret": "whsec_c2VjcmV0"}
        return Outlet(
            CONNECTOR,
            ChannelConfig(self.world.api_channel, self.world.workspace, "Shop", settings, "http://testserver"),
        )

    async def reply(
        self, caller: Caller, conversation: UUID, text: str = "Hello!", **given: Any
    ) -> tuple[Message, bool]:
        submitted = Reply(given.pop("client_message_id", str(new_id())), text, **given)
        return await self.do(reply, caller, conversation, submitted, self.outlet())

    async def get(self, conversation: UUID) -> Conversation:
        async with self.db.connection() as connection:
            return await store.get_conversation(connection, self.world.workspace, conversation)

    async def thread(self, conversation: UUID) -> list[Message]:
        async with self.db.connection() as connection:
            return await store.list_messages(
                connection, self.world.workspace, conversation, before=None, after=None, limit=100
            )

    async def events(self, since: int = 0) -> list[Event]:
        async with self.db.connection() as connection:
            return await read_since(connection, self.world.workspace, since, 1000)

"""Bots at work in tests: a kind whose brain does what the test says, a channel that it answers, and the runner by hand."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from harken.bots.brains import BotConfig
from harken.bots.kinds import KINDS
from harken.bots.protocol import Outcome, Turn
from harken.bots.runner import BotRunner
from harken.bots.watch import watch
from harken.channels.directory import ChannelDirectory
from harken.conversations.actions.delivery_claim import Claim, claim, find_due
from harken.conversations.actions.receive import Incoming, receive
from harken.events.log import writing
from harken.kit.clock import ManualClock
from harken.kit.ids import new_id
from harken.port.messages import InboundMessage
from harken.port.services import Services
from tests.desk import Desk
from tests.world import World

Reply = Callable[[Turn], Awaitable[Outcome]]


class PuppetKind:
    """`reply` is asked in place of a bot; `turns`: what it was asked."""

    secrets: frozenset[str] = frozenset()
    generated: Mapping[str, Callable[[], str]] = {}
    model = False

    def __init__(self) -> None:
        self.turns: list[Turn] = []
        self.reply: Reply = _silent

    def check(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return dict(settings)

    def brain(self, config: BotConfig, services: Services) -> "PuppetKind":
        return self

    async def answer(self, turn: Turn) -> Outcome:
        self.turns.append(turn)
        return await self.reply(turn)


def _no_id(channel_id: UUID, message_id: UUID, created_at: datetime) -> None:
    return None


async def _silent(turn: Turn) -> Outcome:
    return Outcome()


class BotStage:
    """A desk with a bot `puppet` that answers the channel `api`."""

    def __init__(self, services: Services, world: World, bot: UUID) -> None:
        self.services, self.world, self.bot = services, world, bot
        self.desk = Desk(world)
        assert isinstance(services.clock, ManualClock)
        self.clock = self.desk.clock = services.clock
        self.puppet = PuppetKind()
        self.directory = ChannelDirectory(services.db, services.sealer, "http://testserver")
        self.runner = self.new_runner()

    def new_runner(self) -> BotRunner:
        return BotRunner(self.services, self.directory, kinds={**KINDS, "puppet": self.puppet})

    async def says(self, text: str, *, who: str = "bo@example.com", id: str | None = None, **given: Any) -> UUID:
        """A customer writes; answers the conversation."""
        message = InboundMessage(id or str(new_id()), who, text, **given)
        async with writing(self.services.db, self.world.workspace) as w:
            received = await receive(w, [Incoming(self.world.api_channel, "api", False, message)], self.clock.now())
        return received[0].conversation_id

    async def turn(self) -> int:
        """Everything that is due now is asked and answered."""
        count = 0
        while started := await self.runner.step():
            await self.runner.idle()
            count += started
        return count

    async def later(self, **span: float) -> None:
        self.clock.advance(timedelta(**span))
        await watch(self.services, self.directory)

    async def leave(self) -> list[Claim]:
        """Claims what waits to be sent, as the worker does, and takes it as sent."""
        taken: list[Claim] = []
        while True:
            async with self.services.db.connection() as connection:
                due = await find_due(connection, full_channels=[], limit=50)
            if not due:
                return taken
            async with writing(self.services.db, self.world.workspace) as w:
                keys = [(one.message_id, one.part) for one in due]
                claims = await claim(w, keys, _no_id, 60, self.clock.now())
            taken += claims
            async with self.services.db.tx() as tx:
                for one in claims:
                    state = "failed" if one.refused else "sent"
                    await tx.execute("update delivery set state = $2 where message_id = $1", one.message_id, state)


async def bot_stage(services: Services, world: World, *, when: str = "always", **columns: Any) -> BotStage:
    bot = await add_bot(world, **{"kind": "puppet", **columns})
    async with world.db.tx() as tx:
        await tx.execute(
            "update channel set bot_id = $2, bot_when = $3, settings = $4 where id = $1", world.api_channel, bot, when,
            {"callback_url": "http://127.0.0.1:9/"},
        )  # fmt: skip
    return BotStage(services, world, bot)


async def add_bot(world: World, name: str = "Robo", **columns: Any) -> UUID:
    bot = new_id()
    given = {
        "kind": "webhook",
        "settings": {},
        "limits": {},
        "mode": "live",
        "state": "on",
        "disclosure": {"on": False},
    }
    given |= columns
    names = ", ".join(given)
    places = ", ".join(f"${n}" for n in range(4, 4 + len(given)))
    async with world.db.tx() as tx:
        await tx.execute(
            f"insert into bot (id, workspace_id, name, {names}) values ($1, $2, $3, {places})", bot, world.workspace,
            name, *given.values(),
        )  # fmt: skip
        await tx.execute(
            "insert into bot_version (workspace_id, bot_id, version, settings) values ($1, $2, 1, $3)",
            world.workspace, bot, given["settings"],
        )  # fmt: skip
    return bot

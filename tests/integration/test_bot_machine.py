"""The machine of leases, turns and epochs, under random interleavings of everybody who acts (docs/bots.md).

HARKEN_BOT_RUNS=200 HARKEN_BOT_SEED=7 runs more of them; a failure names its seed.
"""

import os
import random
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from harken.bots import store
from harken.bots.protocol import BotFailed, Close, HandOff, Outcome, Say, Turn
from harken.conversations.actions.automated import pause_bot
from harken.conversations.actions.close import close
from harken.conversations.actions.handler import Assignment, assign
from harken.conversations.rules import view_of
from harken.conversations.store import place_of
from harken.kit.errors import HarkenError
from harken.people.model import Caller
from harken.port.services import Services
from tests.bots import BotStage, bot_stage
from tests.world import World, caller_of

RUNS = int(os.environ.get("HARKEN_BOT_RUNS", "6"))
SEED = int(os.environ.get("HARKEN_BOT_SEED", "1"))
STEPS = 40


class Storm:
    """Random steps on a few customers' conversations. `step` says what happened, for whoever reads a failure."""

    def __init__(self, stage: BotStage, callers: list[Caller], chance: random.Random) -> None:
        self.stage, self.callers, self.chance = stage, callers, chance
        self.written: list[str] = []
        self.conversations: list[UUID] = []
        self.story: list[str] = []
        self.inside = False
        stage.puppet.reply = self.answer

    async def step(self) -> None:
        steps: dict[str, Any] = {
            "customer": self.customer, "bot": self.stage.turn, "reply": self.reply, "take": self.take,
            "hand back": self.hand_back, "close": self.close, "time": self.time, "restart": self.restart,
            "leave": self.leave, "type": self.type, "inbox": self.inbox,
        }  # fmt: skip
        weights = [5, 6, 2, 2, 3, 1, 2, 1, 3, 1, 1]
        name = self.chance.choices(list(steps), weights)[0]
        self.story.append(name)
        try:
            await steps[name]()
        except HarkenError as error:
            self.story[-1] += f" ({error.code})"

    async def answer(self, turn: Turn) -> Outcome:
        """On time, late, twice, garbage, an error, never: and anything may happen while it thinks."""
        kind = self.chance.choice(["say", "say", "say", "twice", "garbage", "error", "never", "later", "off", "close"])
        self.story.append(f"  thinks: {kind}")
        if not self.inside and self.chance.random() < 0.4:
            self.inside = True
            await self.chance.choice([self.take, self.reply, self.customer, self.close, self.type, self.leave])()
            self.inside = False
        text = f"answer {self.chance.random()}"
        match kind:
            case "twice":
                return Outcome([Say(text), Say(text)])
            case "garbage" | "error":
                raise BotFailed(kind, "broken")
            case "never":
                raise BotFailed("timeout", "silent")
            case "later":
                return Outcome(later=True)
            case "off":
                return Outcome([Say(text), HandOff("enough")])
            case "close":
                return Outcome([Say(text), Close("done")])
            case _:
                return Outcome([Say(text)], missed=self.chance.random() < 0.2)

    async def customer(self) -> None:
        text = (
            self.chance.choice(["Hello", "And?", "I want to speak to a human", "Where is it"]) + f" {len(self.written)}"
        )
        self.written.append(text)
        conversation = await self.stage.says(text, who=f"c{self.chance.randrange(3)}@example.com")
        if conversation not in self.conversations:
            self.conversations.append(conversation)

    async def reply(self) -> None:
        await self._agent(lambda c, id: self.stage.desk.reply(c, id, f"agent {len(self.story)}", take_over=True))

    async def take(self) -> None:
        await self._agent(lambda c, id: self.stage.desk.do(assign, c, id, Assignment("agent", c.agent_id)))

    async def hand_back(self) -> None:
        wanted = Assignment("bot", self.stage.bot, goal="Ask for the number")
        await self._agent(lambda c, id: self.stage.desk.do(assign, c, id, wanted))

    async def inbox(self) -> None:
        await self._agent(lambda c, id: self.stage.desk.do(assign, c, id, Assignment("none", None)))

    async def close(self) -> None:
        await self._agent(lambda c, id: self.stage.desk.do(close, c, id, None, None))

    async def type(self) -> None:
        await self._agent(lambda c, id: self.stage.desk.do(pause_bot, c, id))

    async def time(self) -> None:
        await self.stage.later(seconds=self.chance.choice([1, 5, 30, 200, 90_000]))

    async def restart(self) -> None:
        """A worker dies with what it has claimed."""
        async with self.stage.services.db.tx() as tx:
            await store.claim_turns(tx, self.stage.clock.now(), 10)
        self.stage.runner = self.stage.new_runner()

    async def leave(self) -> None:
        """Whatever of a bot leaves now is of the epoch that holds now."""
        for claimed in await self.stage.leave():
            conversation = await self.stage.desk.get(claimed.outbound.conversation_id)
            if claimed.outbound.author_kind == "bot" and not claimed.refused:
                assert conversation.handler.kind == "bot", self.story

    async def _agent(self, act: Callable[[Caller, UUID], Awaitable[Any]]) -> None:
        if not self.conversations:
            return
        try:
            await act(self.chance.choice(self.callers), self.chance.choice(self.conversations))
        except HarkenError:
            if not self.inside:
                raise

    async def check(self) -> None:
        """What holds after every step."""
        async with self.stage.services.db.connection() as connection:
            leases = {r["conversation_id"]: r for r in await connection.fetch("select * from bot_lease")}
            turns = {
                r["conversation_id"]
                for r in await connection.fetch(
                    "select conversation_id from bot_turn where not shadow and type in ('conversation_started', 'message_added')"
                )
            }
        for id in self.conversations:
            conversation = await self.stage.desk.get(id)
            handled = conversation.status == "open" and conversation.handler.kind == "bot"
            assert (id in leases) == handled == (conversation.bot is not None), self.story
            if handled:
                lease = leases[id]
                assert (lease["bot_id"], lease["epoch"]) == (conversation.handler.id, conversation.epoch), self.story
                assert lease["deadline"] is not None and (lease["phase"] != "asked" or id in turns), self.story
            assert view_of(place_of(conversation)) in ("inbox", "open", "automated", "closed")
            await self.check_thread(id)

    async def check_thread(self, id: UUID) -> None:
        thread = await self.stage.desk.thread(id)
        assert [m.seq for m in thread] == list(range(1, len(thread) + 1))
        person = False  # whether a person, or nobody, has it here
        for message in thread:
            if message.line and message.line.type in ("taken_over", "picked", "handed_off", "closed", "returned"):
                person = True
            elif message.line and message.line.type in ("handed_to_bot", "reopened"):
                person = message.line.type == "reopened" and message.line.target_kind != "bot"
            elif message.author.kind == "bot" and message.direction == "out":
                assert not person, (message.text, self.story)

    async def check_end(self) -> None:
        """Whatever happened: left alone, everything comes to somebody, and nothing that was written is lost or doubled."""
        for _ in range(8):
            await self.stage.later(days=2)
            await self.stage.turn()
        threads = [m for id in self.conversations for m in await self.stage.desk.thread(id)]
        assert sorted(m.text for m in threads if m.direction == "in") == sorted(self.written)
        for id in self.conversations:
            conversation = await self.stage.desk.get(id)
            assert conversation.handler.kind != "bot" or conversation.status == "closed", self.story


@pytest.mark.parametrize("seed", range(SEED, SEED + RUNS))
async def test_whoever_does_what_when_one_handles_and_the_bot_never_talks_over_a_person(
    services: Services, world: World, seed: int
) -> None:
    stage = await bot_stage(services, world)
    callers = [await caller_of(world, agent) for agent in (world.ada, world.sue)]
    storm = Storm(stage, callers, random.Random(seed))
    for _ in range(STEPS):
        await storm.step()
        await storm.check()
    await storm.check_end()

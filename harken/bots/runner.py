"""Asks bots: claims due turns, puts each to its bot outside any transaction, and admits the answer; and watches over leases.

One turn of a conversation runs at a time, in all processes. A worker that dies leaves its turn to the next one; what it had
found out by then is dropped, since the turn counts another attempt.
"""

import asyncio
import contextlib
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec
import structlog

from harken.bots import store
from harken.bots.acting import act, hand_off, settle
from harken.bots.brains import Kind
from harken.bots.files import with_files
from harken.bots.kinds import KINDS
from harken.bots.model import BotRow, Lease, TurnRow
from harken.bots.protocol import STATE_BYTES, BotFailed, Outcome
from harken.bots.rules import AWAY, FAILURES_UNTIL_AWAY, refusal
from harken.bots.turns import Asking, Scene, asking, load_scene
from harken.bots.watch import heal, watch
from harken.channels.directory import ChannelDirectory
from harken.conversations.actions.outlet import Outlet
from harken.conversations.model import HelpReason
from harken.events.log import writing
from harken.kit.errors import Conflict, HarkenError, NotFound
from harken.kit.ids import new_id
from harken.kit.text import one_line
from harken.port.services import Services

_log = structlog.get_logger(__name__)
_POLL: Final = 1.0
_RETRY: Final = timedelta(seconds=1)
_ATTEMPTS: Final = 2
_DATABASE: Final = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError)


class BotRunner:
    """One in a worker."""

    def __init__(
        self, services: Services, directory: ChannelDirectory, *, kinds: Mapping[str, Kind] = KINDS, at_once: int = 16
    ) -> None:
        self._services, self._directory, self._kinds, self._at_once = services, directory, kinds, at_once
        self._under_way: dict[asyncio.Task[None], TurnRow] = {}
        self._wanted = asyncio.Event()

    def wake(self) -> None:
        self._wanted.set()

    async def run(self) -> None:
        """Until cancelled; what runs then is asked again, at once, by whoever comes next."""
        healed, watched = False, -_POLL
        loop = asyncio.get_running_loop()
        try:
            while True:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_POLL):
                        await self._wanted.wait()
                self._wanted.clear()
                try:
                    healed = healed or await heal(self._services) == 0
                    await self.step()
                    if loop.time() - watched >= _POLL:  # deadlines are in seconds; turns are not waited for
                        watched = loop.time()
                        await watch(self._services, self._directory)
                except (*_DATABASE, TimeoutError) as error:
                    _log.warning("bots_not_asked", error=repr(error))
                except Exception:
                    _log.exception("bots_not_asked")
                    await asyncio.sleep(_POLL)
        finally:
            await self._let_go()

    async def step(self) -> int:
        """Starts what is due, as far as there is room; returns how many."""
        room = self._at_once - len(self._under_way)
        if room <= 0:
            return 0
        now = self._services.clock.now()
        try:
            async with self._services.db.tx() as tx:
                turns = await store.claim_turns(tx, now, room)
        except asyncpg.UniqueViolationError:  # another process was faster with one of them
            return 0
        for turn in turns:
            task = asyncio.create_task(self._take(turn), name="bot turn")
            self._under_way[task] = turn
            task.add_done_callback(self._ended)
        return len(turns)

    async def idle(self) -> None:
        """Waits until nothing is under way."""
        while self._under_way:
            await asyncio.wait(list(self._under_way))

    async def _let_go(self) -> None:
        held = dict(self._under_way)
        for task in held:
            task.cancel()
        await asyncio.gather(*held, return_exceptions=True)
        cut_off = [turn for task, turn in held.items() if task.cancelled()]
        with contextlib.suppress(*_DATABASE, TimeoutError):
            for turn in cut_off:
                async with self._services.db.tx() as tx:
                    await store.put_off(tx, turn, self._services.clock.now(), counts=False)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._under_way.pop(task, None)
        self._wanted.set()

    async def _take(self, turn: TurnRow) -> None:
        try:
            await Asked(self._services, self._directory, self._kinds, turn).run()
        except (*_DATABASE, TimeoutError) as error:  # claimed again when its lease ends
            _log.warning("turn_not_taken", turn=str(turn.id), error=repr(error))
        except Exception:
            _log.exception("turn_not_taken", turn=str(turn.id))


class Asked:
    """One turn, from the claim to its end."""

    def __init__(
        self, services: Services, directory: ChannelDirectory, kinds: Mapping[str, Kind], turn: TurnRow
    ) -> None:
        self._services, self._directory, self._kinds, self.turn = services, directory, kinds, turn

    async def run(self) -> None:
        async with self._services.db.connection() as connection:
            scene = await load_scene(connection, self.turn.workspace_id, self.turn.conversation_id)
            bot = await store.get_bot(connection, self.turn.workspace_id, self.turn.bot_id)
            lease = await store.find_lease(connection, self.turn.workspace_id, self.turn.conversation_id)
        if scene is None:
            return await self._drop()
        if self.turn.shadow:
            return await self._shadow(bot, scene)
        if self.turn.type in ("conversation_taken_over", "conversation_closed"):
            return await self._told(bot, scene)
        if lease is None or not scene.is_lease_of(bot.id, self.turn.epoch) or lease.epoch != self.turn.epoch:
            return await self._drop()
        await self._asked(bot, scene, lease)

    async def _asked(self, bot: BotRow, scene: Scene, lease: Lease) -> None:
        now = self._services.clock.now()
        ask = asking(self.turn, scene, lease, lease.asked_seq, lease.state, now)
        if ask.turn.type == "message_added" and ask.turn.message is None and not ask.turn.instructions:
            return await self._nothing_new(bot)
        transcript = ask.turn.transcript
        why = refusal(bot, lease, ask.turns, ask.said, transcript, now)
        if why is None and self.turn.attempt > _ATTEMPTS:
            why = "error"  # its worker ended each time
        if why is not None:
            return await self._give_up(bot, scene, why, "", ask)
        if ask.unhappy and not scene.helps("unhappy"):
            await self._raise(bot, "unhappy")
        try:
            outcome, kind = await self._answer(bot, lease.version, ask, lease.timeout_seconds)
            answers = await with_files(
                self._services,
                bot.workspace_id,
                self.turn.conversation_id,
                scene.row["channel_id"],
                outcome.answers,
                now,
            )
            outcome = msgspec.structs.replace(outcome, answers=answers)
        except BotFailed as failed:
            return await self._failed(bot, scene, ask, failed)
        await self._admit(bot, scene, ask, outcome, kind)

    async def _raise(self, bot: BotRow, reason: HelpReason) -> None:
        """Shown in Automated before the bot has answered, which may take a while."""
        with contextlib.suppress(Conflict, NotFound):  # it is admitted, or not, with its answer
            async with writing(self._services.db, bot.workspace_id) as w:
                await hand_off(w, bot, self.turn, None, self._services.clock.now(), help=reason)

    async def _nothing_new(self, bot: BotRow) -> None:
        """What this turn was for had come in time to be part of the one before."""
        try:
            async with writing(self._services.db, bot.workspace_id) as w:
                if await store.end_turn(w.tx, self.turn):
                    await settle(w, bot, self.turn, self._services.clock.now())
        except (Conflict, NotFound):
            await self._drop()

    async def _answer(self, bot: BotRow, version: int, ask: Asking, seconds: float) -> tuple[Outcome, Kind]:
        """Raises BotFailed, and nothing else."""
        kind = self._kinds.get(bot.kind)
        if kind is None:
            raise BotFailed("misconfigured", f"There are no bots of the kind {bot.kind}.")
        try:
            async with self._services.db.connection() as connection:
                config = await store.get_config(connection, self._services.sealer, bot, version)
            async with asyncio.timeout(seconds):
                outcome = await kind.brain(config, self._services).answer(ask.turn)
            if outcome.state is not None and len(msgspec.json.encode(outcome.state)) > STATE_BYTES:
                raise BotFailed("garbage", "Its state is too big.")
        except TimeoutError as error:
            raise BotFailed("timeout", f"It did not answer within {seconds:g} seconds.") from error
        except (BotFailed, asyncio.CancelledError):
            raise
        except Exception as error:
            _log.exception("brain_raised", bot=str(bot.id), kind=bot.kind)
            raise BotFailed("error", f"{type(error).__name__} in the bot.") from error
        return outcome, kind

    async def _admit(self, bot: BotRow, scene: Scene, ask: Asking, outcome: Outcome, kind: Kind) -> None:
        outlet = await self._outlet(scene)
        try:
            async with writing(self._services.db, bot.workspace_id) as w:
                if await store.end_turn(w.tx, self.turn):
                    await act(w, bot, ask, outcome, outlet, self._services.clock.now(), model=kind.model)
        except Conflict as conflict:
            return await self._refused(conflict)
        except HarkenError as error:  # what the channel does not take
            failed = BotFailed("garbage", one_line(f"{error}: {dict(error.fields)}", 300))
            return await self._failed(bot, scene, ask, failed)
        if bot.failures or bot.away_until:
            await self._tell_health(bot, None)

    async def _refused(self, conflict: Conflict) -> None:
        """Somebody took it, or an agent is typing: then it is asked again afterwards, with what is new by then."""
        until: Any = conflict.fields.get("until")
        if conflict.code != "bot_paused" or until is None:
            return await self._drop()
        async with self._services.db.tx() as tx:
            await store.put_off(tx, self.turn, until, counts=False)

    async def _failed(self, bot: BotRow, scene: Scene, ask: Asking, failed: BotFailed) -> None:
        """One retry, then a person."""
        _log.warning("bot_failed", bot=str(bot.id), kind=failed.kind, attempt=self.turn.attempt, error=failed.text)
        await self._tell_health(bot, failed.text)
        if self.turn.attempt >= _ATTEMPTS or failed.kind == "misconfigured":
            return await self._give_up(bot, scene, failed.kind, failed.text, ask)
        try:
            async with writing(self._services.db, bot.workspace_id) as w:
                now = self._services.clock.now()
                if await store.put_off(w.tx, self.turn, now + _RETRY, counts=True):
                    await hand_off(w, bot, self.turn, None, now, help="slow")
        except (Conflict, NotFound):
            await self._drop()

    async def _give_up(self, bot: BotRow, scene: Scene, reason: str, summary: str, ask: Asking) -> None:
        outlet = await self._outlet(scene)
        try:
            async with writing(self._services.db, bot.workspace_id) as w:
                if await store.end_turn(w.tx, self.turn):
                    now = self._services.clock.now()
                    await hand_off(
                        w, bot, self.turn, outlet, now, reason=reason, summary=summary, language=ask.language
                    )
        except (Conflict, NotFound):
            await self._drop()

    async def _shadow(self, bot: BotRow, scene: Scene) -> None:
        now = self._services.clock.now()
        if bot.state != "on" or bot.mode != "shadow":
            return await self._drop()
        async with self._services.db.connection() as connection:
            last = await store.Q.row(
                connection, "last_shadow", workspace_id=bot.workspace_id, bot_id=bot.id,
                conversation_id=self.turn.conversation_id,
            )  # fmt: skip
        before = msgspec.convert(last["outcome"], Outcome) if last else Outcome()
        ask = asking(self.turn, scene, None, last["message_seq"] if last else 0, before.state or {}, now)
        began, outcome, error = time.monotonic(), None, None
        try:
            outcome, _ = await self._answer(bot, bot.version, ask, bot.limits.timeout_seconds)
        except BotFailed as failed:
            error = failed.text
        async with self._services.db.tx() as tx:
            if await store.end_turn(tx, self.turn):
                await store.Q.run(
                    tx, "insert_shadow", id=new_id(), workspace_id=bot.workspace_id, bot_id=bot.id, version=bot.version,
                    conversation_id=self.turn.conversation_id, message_seq=ask.seq, outcome=outcome, error=error,
                    took_ms=round((time.monotonic() - began) * 1000), at=now,
                )  # fmt: skip

    async def _told(self, bot: BotRow, scene: Scene) -> None:
        """That it lost the conversation; what it says to that is not used, and once must do."""
        ask = asking(self.turn, scene, None, 1 << 30, {}, self._services.clock.now())
        with contextlib.suppress(BotFailed):
            await self._answer(bot, bot.version, ask, bot.limits.timeout_seconds)
        await self._drop()

    async def _drop(self) -> None:
        async with self._services.db.tx() as tx:
            await store.end_turn(tx, self.turn)

    async def _tell_health(self, bot: BotRow, failure: str | None) -> None:
        async with self._services.db.tx() as tx:
            if failure is None:
                await store.Q.run(tx, "record_success", workspace_id=bot.workspace_id, id=bot.id)
                return
            await store.Q.run(
                tx, "record_failure", workspace_id=bot.workspace_id, id=bot.id, text=one_line(failure, 300),
                most=FAILURES_UNTIL_AWAY, away_until=self._services.clock.now() + AWAY,
            )  # fmt: skip

    async def _outlet(self, scene: Scene) -> Outlet | None:
        return await outlet_in(self._services, self._directory, scene.row["channel_id"])


async def outlet_in(services: Services, directory: ChannelDirectory, channel_id: UUID) -> Outlet | None:
    """None when the channel is switched off."""
    found = await directory.get(channel_id)
    connector = services.connectors.get(found[0]) if found else None
    return Outlet(connector, found[1]) if found and connector else None

"""The outbox: takes queued deliveries, lets their connectors send them, keeps how it ended.

claim (transaction) -> send (no transaction) -> record (transaction). Deliveries of one conversation go one after the
other, conversations beside each other, and each channel has room of its own, so that a slow service delays nobody else's.
A claim is a lease: of a worker that is gone, the send becomes `uncertain`, or waits again where repeating it is safe.
"""

import asyncio
import contextlib
import random
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec
import structlog

from harken.channels.actions import record_health
from harken.conversations.actions.delivery import DeliveryKey, Sent, record, recover
from harken.conversations.actions.delivery_claim import Abandoned, Claim, Due, claim, extend, find_abandoned, find_due
from harken.conversations.content import links_of
from harken.conversations.delivery_rules import retry_delay
from harken.conversations.file_links import file_link
from harken.events.log import writing
from harken.kit.formatting import plain_of
from harken.kit.text import one_line
from harken.pipeline.ingest import UNREACHABLE
from harken.pipeline.lanes import Lanes
from harken.pipeline.receipts import Directory
from harken.port.buttons import offered
from harken.port.connector import Connector
from harken.port.errors import ConnectorError, Misconfigured, Transient, Uncertain
from harken.port.messages import ChannelConfig, OutboundFile, OutboundMessage
from harken.port.services import Services

_log = structlog.get_logger(__name__)
LEASE: Final = 15.0  # seconds; a worker that lives renews it
SEND_SECONDS: Final = 60.0
POLL: Final = 1.0
_GRACE: Final = 5.0  # what is being sent when the worker stops may end
_Configs = dict[UUID, tuple[str, ChannelConfig] | None]


class Deliverer:
    """One in a process. `wake` when there may be something to send; a poll backs it up."""

    def __init__(
        self, services: Services, directory: Directory, *,
        per_channel: int = 8, at_once: int = 128, lease: float = LEASE, send_seconds: float = SEND_SECONDS,
    ) -> None:  # fmt: skip
        self._services = services
        self._directory = directory
        self._per_channel = per_channel
        self._at_once = at_once
        self._lease = lease
        self._send_seconds = send_seconds
        self._under_way: dict[DeliveryKey, tuple[Claim, asyncio.Task[None]]] = {}
        self._healthy: set[UUID] = set()
        self._wanted = asyncio.Event()
        self._records: Lanes[UUID, Sent, None] = Lanes(self._record)

    def wake(self) -> None:
        self._wanted.set()

    async def run(self) -> None:
        """Until cancelled; what is under way may then still end."""
        beside = [asyncio.create_task(self._beat()), asyncio.create_task(self._recover_always())]
        try:
            while True:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(POLL):
                        await self._wanted.wait()
                self._wanted.clear()
                await self._step_safely()
        finally:
            await self._finish(beside)

    async def step(self) -> int:
        """Starts what is due, as far as there is room; returns how many."""
        busy = Counter(held.channel_id for held, _ in self._under_way.values())
        room = self._at_once - len(self._under_way)
        if room <= 0:
            return 0
        full = [channel for channel, count in busy.items() if count >= self._per_channel]
        async with self._services.db.connection() as connection:
            due = await find_due(connection, full_channels=full, limit=room)
        by_workspace: dict[UUID, list[Due]] = defaultdict(list)
        for one in due:
            busy[one.channel_id] += 1
            if busy[one.channel_id] <= self._per_channel:
                by_workspace[one.workspace_id].append(one)
        configs: _Configs = {c: await self._directory.get(c) for c in {one.channel_id for one in due}}
        claims = [
            held for workspace, some in by_workspace.items() for held in await self._claim(workspace, some, configs)
        ]
        for held in claims:
            sending = asyncio.create_task(self._deliver(held, configs[held.channel_id]), name="delivery")
            self._under_way[(held.message_id, held.part)] = (held, sending)
        return len(claims)

    async def idle(self) -> None:
        """Waits until nothing is under way."""
        while self._under_way:
            await asyncio.wait([sending for _, sending in self._under_way.values()])

    async def recover(self) -> None:
        """Sees to sends whose worker is gone."""
        async with self._services.db.connection() as connection:
            abandoned = await find_abandoned(connection)
        by_workspace: dict[UUID, list[Abandoned]] = defaultdict(list)
        for one in abandoned:
            by_workspace[one.workspace_id].append(one)
        for workspace, some in by_workspace.items():
            repeatable = {one.channel_id for one in some if self._repeatable(one.connector)}
            async with writing(self._services.db, workspace) as w:
                await recover(w, [one.message_id for one in some], repeatable.__contains__, self._services.clock.now())

    def _repeatable(self, kind: str) -> bool:
        return bool(getattr(self._services.connectors.get(kind), "repeatable_send", False))

    async def _claim(self, workspace: UUID, due: Sequence[Due], configs: _Configs) -> list[Claim]:
        def choose_id(channel_id: UUID, message_id: UUID, created_at: Any) -> str | None:
            found = configs[channel_id]
            connector = self._services.connectors.get(found[0]) if found else None
            return connector.external_id(message_id, found[1], created_at) if found and connector else None

        async with writing(self._services.db, workspace) as w:
            keys = [(one.message_id, one.part) for one in due]
            return await claim(w, keys, choose_id, self._lease, self._services.clock.now())

    async def _deliver(self, held: Claim, found: tuple[str, ChannelConfig] | None) -> None:
        try:
            sent = await self._send(held, found)
            while True:
                try:
                    await self._records.put(held.workspace_id, sent)
                    break
                except UNREACHABLE:
                    await asyncio.sleep(1)
        except Exception:
            _log.exception("delivery_not_recorded", message=str(held.message_id))
        finally:
            self._under_way.pop((held.message_id, held.part), None)
            self._wanted.set()

    async def _send(self, held: Claim, found: tuple[str, ChannelConfig] | None) -> Sent:
        if held.refused:
            return _ended(held, "failed", *held.refused)
        connector = self._services.connectors.get(found[0]) if found else None
        if connector is None or found is None:
            return _ended(held, "failed", "misconfigured", "The channel is switched off.")
        started = time.monotonic()
        try:
            async with asyncio.timeout(self._send_seconds):
                outbound = await self._for(connector, held, found[1])
                result = await connector.send(outbound, found[1], _Files(self._services))
        except Exception as error:
            sent = self._not_sent(held, connector, error)
            if isinstance(error, Misconfigured):
                await self._tell_health(held, ok=False, text=str(error))
        else:
            sent = Sent(held.message_id, held.part, held.attempt, result.state, result.provider_id)
            await self._tell_health(held, ok=True, text="")
        _log.info(
            "delivery", message=str(held.message_id), channel=str(held.channel_id), attempt=held.attempt, state=sent.state,
            error=sent.error_kind, ms=round((time.monotonic() - started) * 1000),
        )  # fmt: skip
        return sent

    async def _for(self, connector: Connector, held: Claim, config: ChannelConfig) -> OutboundMessage:
        """What it answers is named only where the channel knows answers; files that it does not take go as links."""
        can, outbound = connector.capabilities(config.settings), held.outbound
        if not can.replies:
            outbound = msgspec.structs.replace(outbound, reply_to=None)
        if outbound.formatted and not can.formatting:
            outbound = msgspec.structs.replace(outbound, text=plain_of(outbound.text), formatted=False)
        if outbound.buttons:
            text, buttons = offered(can, outbound.text, outbound.buttons)
            outbound = msgspec.structs.replace(outbound, text=text, buttons=tuple(buttons))
        links = links_of(can, [(file.type, file.size) for file in outbound.files])
        if not any(links):
            return outbound
        lines = [outbound.text] if outbound.text else []
        try:
            for file, link in zip(outbound.files, links, strict=True):
                if link:
                    path = await file_link(self._services, held.workspace_id, file.id)
                    lines.append(f"{one_line(file.name, 60)}: {config.public_url}{path}")
        except (asyncpg.PostgresError, *UNREACHABLE) as error:
            raise Transient("The link to a file could not be made.") from error
        kept = tuple(file for file, link in zip(outbound.files, links, strict=True) if not link)
        return msgspec.structs.replace(outbound, text="\n".join(lines), files=kept)

    def _not_sent(self, held: Claim, connector: Connector, error: Exception) -> Sent:
        """What a failure means: port/errors.py. What nobody foresaw is `uncertain`."""
        text = one_line(str(error), 500)
        match error:
            case Transient():
                return _again(held, error.kind, text, error.retry_after)
            case Uncertain():
                return _ended(held, "uncertain", error.kind, text)
            case ConnectorError():
                return _ended(held, "failed", error.kind, text)
            case TimeoutError() if self._repeatable(connector.manifest.kind):
                return _again(held, "transient", "The service did not answer in time.", None)
            case TimeoutError():
                return _ended(
                    held, "uncertain", "uncertain", "The service did not answer in time. It may have arrived."
                )
            case _:
                _log.error("send_raised", message=str(held.message_id), exc_info=error)
                return _ended(held, "uncertain", "uncertain", "Sending broke off. It may have arrived.")

    async def _tell_health(self, held: Claim, *, ok: bool, text: str) -> None:
        """A failing channel each time; a good one at its first success after that, or after the start."""
        if ok and held.channel_id in self._healthy:
            return
        (self._healthy.add if ok else self._healthy.discard)(held.channel_id)
        s = self._services
        with contextlib.suppress(asyncpg.PostgresError, *UNREACHABLE):
            await record_health(s.db, s.clock, s.connectors, held.workspace_id, held.channel_id, ok, text)

    async def _record(self, workspace: UUID, results: list[Sent]) -> Sequence[BaseException | None]:
        try:
            async with writing(self._services.db, workspace) as w:
                await record(w, results, self._services.clock.now())
        except asyncpg.UniqueViolationError as error:
            if len(results) == 1:  # a service that gives one id twice: the message went out all the same
                _log.warning("provider_id_repeated", message=str(results[0].message_id), error=repr(error))
                return await self._record(workspace, [msgspec.structs.replace(results[0], provider_id=None)])
            return [(await self._record(workspace, [result]))[0] for result in results]
        return [None] * len(results)

    async def _step_safely(self) -> None:
        try:
            while await self.step():
                pass
        except (asyncpg.PostgresError, *UNREACHABLE) as error:
            _log.warning("deliveries_not_taken", error=repr(error))
        except Exception:
            _log.exception("deliveries_not_taken")
            await asyncio.sleep(POLL)

    async def _recover_always(self) -> None:
        while True:
            try:
                await self.recover()
            except (asyncpg.PostgresError, *UNREACHABLE) as error:
                _log.warning("sends_not_recovered", error=repr(error))
            except Exception:
                _log.exception("sends_not_recovered")
            await asyncio.sleep(self._lease / 5)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self._lease / 3)
            claims = [held for held, _ in self._under_way.values()]
            if claims:
                with contextlib.suppress(asyncpg.PostgresError, *UNREACHABLE):
                    async with self._services.db.connection() as connection:
                        await extend(connection, claims, self._lease)

    async def _finish(self, beside: "Sequence[asyncio.Task[None]]") -> None:
        sending = [task for _, task in self._under_way.values()]
        if sending:
            await asyncio.wait(sending, timeout=_GRACE)
        for task in (*sending, *beside):
            task.cancel()
        await asyncio.gather(*sending, *beside, return_exceptions=True)
        await self._records.drain()


class _Files:
    """SendContext: what `send` may ask for."""

    def __init__(self, services: Services) -> None:
        self._blobs = services.blobs

    async def read(self, file: OutboundFile) -> bytes:
        return await self._blobs.get(file.key)


def _ended(held: Claim, state: Any, kind: str, text: str) -> Sent:
    return Sent(held.message_id, held.part, held.attempt, state, error_kind=kind, error_text=text)


def _again(held: Claim, kind: str, text: str, retry_after: float | None) -> Sent:
    delay = retry_delay(held.attempt, retry_after, random.random())
    if delay is None:
        return _ended(held, "failed", kind, f"Tried several times, at last: {text}")
    return Sent(held.message_id, held.part, held.attempt, "queued", error_kind=kind, error_text=text, delay=delay)

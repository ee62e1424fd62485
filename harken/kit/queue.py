"""The task queue: a table, leases taken with `for update skip locked`, a heartbeat, retries with backoff.

A task runs at least once: its handler must be harmless the second time. What fails for good is parked with its error.
Time is the database's, so that all processes agree on it.
"""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import structlog

from harken.kit.db import Database, Queries, Tx
from harken.kit.ids import new_id
from harken.kit.text import storable

_Q = Queries(Path(__file__).with_suffix(".sql"))
_log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 10
_BASE_DELAY, _MAX_DELAY = 2.0, 900.0


class Task(msgspec.Struct, frozen=True):
    """A leased task. `attempt` is 1 for the first run."""

    id: UUID
    workspace_id: UUID | None
    kind: str
    payload: dict[str, Any]
    attempt: int

    @property
    def last_attempt(self) -> bool:
        return self.attempt >= MAX_ATTEMPTS


class TaskRow(msgspec.Struct, frozen=True):
    """A task as an operator sees it."""

    id: UUID
    kind: str
    key: str | None
    payload: dict[str, Any]
    run_at: datetime
    attempt: int
    state: str
    error: str | None
    created_at: datetime


class GiveUp(Exception):
    """Raised by a handler when trying again is of no use: the task is parked at once."""


Handler = Callable[[Task], Awaitable[None]]


async def enqueue(
    tx: Tx,
    kind: str,
    payload: Mapping[str, object],
    *,
    key: str | None = None,
    run_at: datetime | None = None,
    workspace_id: UUID | None = None,
) -> UUID | None:
    """Adds a task in the caller's transaction; None when one with the same `key` exists (parked ones included)."""
    return await _Q.value(
        tx, "enqueue", id=new_id(), workspace_id=workspace_id, kind=kind, key=key, payload=payload, run_at=run_at
    )


async def list_tasks(tx: Tx, workspace_id: UUID, state: str, *, limit: int, before: UUID | None) -> list[TaskRow]:
    rows = await _Q.rows(tx, "list_tasks", workspace_id=workspace_id, state=state, limit=limit, before=before)
    return [TaskRow(*row) for row in rows]


async def unpark(tx: Tx, workspace_id: UUID, task_id: UUID) -> bool:
    """Lets a parked task run again; False when there is none."""
    return await _Q.run(tx, "unpark", workspace_id=workspace_id, id=task_id) > 0


def backoff(attempt: int) -> float:
    """Seconds until the next attempt: exponential, with a jitter of a fifth."""
    return min(_MAX_DELAY, _BASE_DELAY * 2.0 ** (attempt - 1)) * random.uniform(0.8, 1.2)


class Runner:
    """Leases due tasks and runs them, at most `concurrency` at a time, until cancelled.

    `schedule` names the kinds that run again and again: they are never parked, and run once at a time in all processes.
    """

    def __init__(
        self,
        db: Database,
        handlers: Mapping[str, Handler],
        *,
        schedule: Mapping[str, timedelta] | None = None,
        concurrency: int = 8,
        lease: timedelta = timedelta(seconds=30),
        poll: float = 1.0,
    ) -> None:
        self._db = db
        self._handlers = handlers
        self._schedule = schedule or {}
        self._concurrency = concurrency
        self._lease = lease.total_seconds()
        self._poll = poll
        self._running: dict[UUID, tuple[Task, asyncio.Task[None]]] = {}
        self._wanted = asyncio.Event()

    def wake(self) -> None:
        """There may be something to do."""
        self._wanted.set()

    async def run(self) -> None:
        heart = asyncio.create_task(self._beat(), name="task heartbeat")
        try:
            while not await self._schedule_all():  # noqa: ASYNC110 (the database is away: nothing sets an event)
                await asyncio.sleep(self._poll)
            while True:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._poll):
                        await self._wanted.wait()
                self._wanted.clear()
                await self.start_due()
        finally:
            heart.cancel()
            work = [job for _, job in self._running.values()]
            for job in work:
                job.cancel()
            await asyncio.gather(heart, *work, return_exceptions=True)

    async def start_due(self) -> int:
        """Leases what is due, as far as there is room, and starts it; returns how many."""
        room = self._concurrency - len(self._running)
        if room <= 0:
            return 0
        try:
            async with self._db.connection() as connection:
                rows = await _Q.rows(
                    connection, "lease", kinds=list(self._handlers), limit=room, lease_seconds=self._lease
                )
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
            _log.warning("tasks_not_leased", error=repr(error))
            return 0
        for row in rows:
            task = Task(*row)
            self._running[task.id] = (task, asyncio.create_task(self._run_one(task), name=f"task {task.kind}"))
        return len(rows)

    async def idle(self) -> None:
        """Waits until everything that was started has ended."""
        while self._running:
            await asyncio.wait([job for _, job in self._running.values()])

    async def _schedule_all(self) -> bool:
        try:
            async with self._db.connection() as connection:
                for kind in self._schedule:
                    await enqueue(connection, kind, {}, key=f"schedule:{kind}")
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
            _log.warning("tasks_not_scheduled", error=repr(error))
            return False
        return True

    async def _run_one(self, task: Task) -> None:
        try:
            await self._attempt(task)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
            _log.warning("task_not_recorded", task=str(task.id), kind=task.kind, error=repr(error))
        finally:
            self._running.pop(task.id, None)
            self._wanted.set()

    async def _attempt(self, task: Task) -> None:
        if task.attempt > MAX_ATTEMPTS and task.kind not in self._schedule:
            await self._end(task, "park", error="its worker ended each time it ran")
            return
        try:
            await self._handlers[task.kind](task)
        except Exception as error:
            await self._failed(task, error)
            return
        period = self._schedule.get(task.kind)
        if period is None:
            await self._end(task, "finish")
        else:
            await self._end(task, "postpone", delay_seconds=period.total_seconds(), fresh=True, error=None)

    async def _failed(self, task: Task, error: Exception) -> None:
        text = storable(f"{type(error).__name__}: {error}", 2000)
        _log.warning("task_failed", task=str(task.id), kind=task.kind, attempt=task.attempt, error=text)
        if task.kind not in self._schedule and (task.last_attempt or isinstance(error, GiveUp)):
            await self._end(task, "park", error=text)
        else:
            await self._end(task, "postpone", delay_seconds=backoff(task.attempt), fresh=False, error=text)

    async def _end(self, task: Task, query: str, **values: object) -> None:
        async with self._db.connection() as connection:
            await _Q.run(connection, query, id=task.id, attempt=task.attempt, **values)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self._lease / 3)
            mine = [task for task, _ in self._running.values()]
            if not mine:
                continue
            with contextlib.suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
                async with self._db.connection() as connection:
                    await _Q.run(
                        connection, "extend", ids=[t.id for t in mine], attempts=[t.attempt for t in mine],
                        lease_seconds=self._lease,
                    )  # fmt: skip

"""PostgreSQL: the pool, transactions, named queries, and the hint that something was committed.

A transaction is opened at the edge (api, tasks, pipeline) and passed down. `kit.http` refuses the network while
one is open in the task: `in_transaction` tells it.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TypeAlias, cast
from uuid import UUID

import aiosql
import asyncpg
import msgspec
from aiosql.adapters.asyncpg import AsyncPGAdapter

Tx: TypeAlias = "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"

in_transaction: ContextVar[bool] = ContextVar("in_transaction", default=False)
HINT_CHANNEL = "harken"


async def _prepare(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """jsonb as Python values, in its binary format (a version byte, then the text), which COPY needs."""
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=lambda value: b"\x01" + msgspec.json.encode(value),
        decoder=lambda raw: msgspec.json.decode(raw[1:]),
        format="binary",
    )


async def _as_it_is(_connection: object) -> None:
    """Nobody leaves anything behind in a session, so that it needs no round trip to be cleaned; asyncpg itself ends open
    transactions and listeners."""


class Database:
    """One pool and one connection for hints. `open` before use, `close` after."""

    def __init__(self, dsn: str, *, size: int = 16) -> None:
        self.dsn = dsn
        self._size = size
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None
        self._hinted: set[UUID] = set()
        self._hint_wanted = asyncio.Event()
        self._hinter: asyncio.Task[None] | None = None
        self._on_hint: list[Callable[[UUID], None]] = []

    async def open(self) -> None:
        self._pool = await asyncpg.create_pool(
            self.dsn,
            min_size=1,
            max_size=self._size,
            init=_prepare,
            reset=_as_it_is,
            command_timeout=30,
            # Every statement is planned once for a connection: the plan of a page costs more than the page.
            server_settings={
                "application_name": "harken",
                "timezone": "UTC",
                "plan_cache_mode": "force_generic_plan",
            },
        )
        self._hinter = asyncio.create_task(self._send_hints(), name="hints")

    async def close(self) -> None:
        if self._hinter:
            self._hinter.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._hinter
        if self._pool:
            await self._pool.close()

    @contextlib.asynccontextmanager
    async def connection(self) -> AsyncGenerator[Tx, None]:
        """A connection outside a transaction, for single reads."""
        assert self._pool is not None, "the database is not open"
        async with self._pool.acquire() as connection:
            yield connection

    @contextlib.asynccontextmanager
    async def tx(self) -> AsyncGenerator[Tx, None]:
        """One transaction (read committed), rolled back by any exception."""
        async with self.connection() as connection:
            token = in_transaction.set(True)
            try:
                async with connection.transaction():
                    yield connection
            finally:
                in_transaction.reset(token)

    @contextlib.asynccontextmanager
    async def consistent(self) -> AsyncGenerator[Tx, None]:
        """One read-only transaction that sees one moment (repeatable read)."""
        async with self.connection() as connection:
            token = in_transaction.set(True)
            try:
                async with connection.transaction(isolation="repeatable_read", readonly=True):
                    yield connection
            finally:
                in_transaction.reset(token)

    def hint(self, workspace_id: UUID) -> None:
        """After a commit: tells every process that the workspace's log has grown. Coalesced; may be lost (a poll backs it up)."""
        for told in self._on_hint:
            told(workspace_id)
        self._hinted.add(workspace_id)
        self._hint_wanted.set()

    def on_hint(self, told: Callable[[UUID], None]) -> None:
        """`told` is called at once for every hint of this process, which need not wait for its own notification."""
        self._on_hint.append(told)

    async def _send_hints(self) -> None:
        while True:
            await self._hint_wanted.wait()
            self._hint_wanted.clear()
            hinted, self._hinted = self._hinted, set()
            with contextlib.suppress(asyncpg.PostgresError, OSError, asyncpg.InterfaceError, TimeoutError):
                async with self.connection() as connection:
                    # A hint may be lost: its commit need not reach the disk.
                    await connection.executemany(
                        "select set_config('synchronous_commit', 'off', true), pg_notify($1, $2)",
                        [(HINT_CHANNEL, str(workspace)) for workspace in hinted],
                    )

    @contextlib.asynccontextmanager
    async def listen(self) -> AsyncGenerator[asyncio.Queue[UUID], None]:
        """A queue of hinted workspaces, on a connection of its own. Ends with an error when the connection does."""
        queue: asyncio.Queue[UUID] = asyncio.Queue()

        def heard(_connection: object, _pid: int, _channel: str, payload: object) -> None:
            queue.put_nowait(UUID(str(payload)))

        connection = await asyncpg.connect(self.dsn)
        try:
            await connection.add_listener(HINT_CHANNEL, heard)
            yield queue
        finally:
            connection.terminate()


class Queries:
    """The named queries of one queries.sql file, with :name parameters, loaded by aiosql.

    Each is described by the comment under its name. Results are asyncpg records; map them to a struct at once.
    """

    def __init__(self, path: Path) -> None:
        adapter = AsyncPGAdapter()
        logging.getLogger("aiosql").setLevel(logging.ERROR)  # it warns of every statement that is not a select
        loaded = aiosql.from_path(path, lambda: adapter, mandatory_parameters=False)  # pyright: ignore[reportArgumentType, reportUnknownMemberType]
        known = set(loaded.available_queries)
        # aiosql adds a `NAME_cursor` for each NAME.
        names = [name for name in known if not (name.endswith("_cursor") and name.removesuffix("_cursor") in known)]
        self.sql: dict[str, str] = {name: str(getattr(loaded, name).sql) for name in names}
        places: dict[str, list[str]] = cast("dict[str, list[str]]", adapter.var_sorted)  # pyright: ignore[reportUnknownMemberType]
        self._parameters: dict[str, list[str]] = {name: list(places[name]) for name in names}

    def _arguments(self, name: str, values: Mapping[str, object]) -> list[object]:
        wanted = self._parameters[name]
        if len(wanted) != len(values):
            raise TypeError(f"{name} takes {wanted}, got {sorted(values)}")
        return [values[parameter] for parameter in wanted]

    async def rows(self, tx: Tx, name: str, /, **values: object) -> list[asyncpg.Record]:
        return await tx.fetch(self.sql[name], *self._arguments(name, values))

    async def row(self, tx: Tx, name: str, /, **values: object) -> asyncpg.Record | None:
        return await tx.fetchrow(self.sql[name], *self._arguments(name, values))

    async def value(self, tx: Tx, name: str, /, **values: object) -> Any:
        """The first column of the first row, or None."""
        return await tx.fetchval(self.sql[name], *self._arguments(name, values))

    async def run(self, tx: Tx, name: str, /, **values: object) -> int:
        """Runs a statement; returns how many rows it touched."""
        status = await tx.execute(self.sql[name], *self._arguments(name, values))
        return int(status.rsplit(" ", 1)[-1]) if status[-1].isdigit() else 0

    async def run_many(self, tx: Tx, name: str, rows: Sequence[Mapping[str, object]], /) -> None:
        """Runs a statement for each row of parameters, pipelined in one round trip."""
        await tx.executemany(self.sql[name], [self._arguments(name, row) for row in rows])


def queries_beside(module_file: str) -> Queries:
    """The queries.sql in the folder of a module: `Q = queries_beside(__file__)`."""
    return Queries(Path(module_file).with_name("queries.sql"))

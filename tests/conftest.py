"""The fixtures every test may ask for.

- `dsn`: a PostgreSQL of the whole session, for who makes databases of their own (HARKEN_TEST_DSN, else an embedded one).
- `database_dsn`: a fresh, migrated database, dropped after the test.
- `database`: an opened kit.db.Database on it.
- `world`: the small named world of tests/world.py, inserted into it.
- `services`: everything a process holds, on it: real connectors, files in a temporary folder, a clock that stands still
  (ManualClock, at world.NOON). `settings` may be overridden by a fixture of the same name.
"""

import asyncio
import contextlib
import os
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from harken.entry.services import Services
from harken.kit.blobs import Blobs
from harken.kit.clock import Clock, ManualClock
from harken.kit.crypto import Sealer
from harken.kit.db import Database
from harken.kit.migrate import migrate
from harken.kit.pg_binaries import SHARED
from harken.kit.settings import Settings
from tests.world import NOON, World, build_world


@pytest.fixture(scope="session")
def dsn() -> Iterator[str]:
    given = os.environ.get("HARKEN_TEST_DSN")
    if given:
        yield given
        return
    from harken.kit.postgres import Postgres

    # Not pytest's own temporary folder: only its user may enter that, and root's PostgreSQL runs as another one.
    with passable_folder() as folder:
        postgres = Postgres(folder, durable=False)
        yield postgres.start()
        postgres.stop()


@contextlib.contextmanager
def passable_folder() -> Generator[Path]:
    """A temporary folder that every user may pass through."""
    folder = Path(tempfile.mkdtemp(prefix="harken-test-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def nothing_left_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Root's programs in pytest's private folders kept their databases below /var/lib/harken: these go at the end."""
    yield
    for pointer in tmp_path_factory.getbasetemp().rglob("postgres.location"):
        elsewhere = Path(pointer.read_text().strip())
        if elsewhere.parent == SHARED:
            shutil.rmtree(elsewhere, ignore_errors=True)


def with_database(dsn: str, name: str) -> str:
    """The same server, another database."""
    parts = urlsplit(dsn)
    return urlunsplit(parts._replace(path=f"/{name}"))


def run_sql(dsn: str, *statements: str) -> None:
    """Outside any event loop that may run: for fixtures of the session."""

    async def run() -> None:
        connection = await asyncpg.connect(dsn)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(run())


@pytest.fixture(scope="session")
def template(dsn: str) -> Iterator[str]:
    """The name of a migrated database that fresh ones are copied from."""
    name = f"harken_template_{uuid.uuid4().hex[:12]}"
    run_sql(dsn, f"create database {name}")
    asyncio.run(migrate(with_database(dsn, name)))
    yield name
    run_sql(dsn, f"drop database if exists {name} with (force)")


@pytest.fixture
async def database_dsn(dsn: str, template: str) -> AsyncIterator[str]:
    name = f"harken_test_{uuid.uuid4().hex[:12]}"
    admin = await asyncpg.connect(dsn)
    try:
        await admin.execute(f"create database {name} template {template}")
        yield with_database(dsn, name)
        await admin.execute(f"drop database if exists {name} with (force)")
    finally:
        await admin.close()


@pytest.fixture
async def database(database_dsn: str) -> AsyncIterator[Database]:
    database = Database(database_dsn)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
async def world(database: Database) -> World:
    return await build_world(database)


@pytest.fixture
def settings(tmp_path: Path, database_dsn: str) -> Settings:
    return Settings(data=tmp_path / "data", database_url=database_dsn, public_url="http://testserver")


@pytest.fixture
def clock() -> Clock:
    return ManualClock(NOON)


@pytest.fixture
def services(database: Database, settings: Settings, clock: Clock) -> Services:
    from harken.entry.connectors import CONNECTORS

    return Services(
        settings=settings,
        db=database,
        blobs=Blobs.local(settings.blob_folder),
        clock=clock,
        sealer=Sealer.from_file(settings.key_file),
        connectors=CONNECTORS,
    )

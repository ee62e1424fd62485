"""The database a command works on: the one that is named, the embedded one that runs, or one started for as long as needed."""

import contextlib
import time
from collections.abc import Callable, Generator
from pathlib import Path

from harken.kit.pg_binaries import PostgresUnavailable
from harken.kit.postgres import InUse, Postgres, owner
from harken.kit.settings import Settings

_WAIT = 60.0  # for a process that has just taken the data folder and starts PostgreSQL


@contextlib.contextmanager
def database(
    settings: Settings, *, exclusive: bool = False, meanwhile: Callable[[], object] | None = None
) -> Generator[str]:
    """The DSN, for as long as the block runs. `exclusive` refuses a data folder that another process uses (InUse).

    `meanwhile` is called while PostgreSQL starts: imports that would take their time after it.
    """
    if settings.database_url:
        if meanwhile:
            meanwhile()
        yield settings.database_url
        return
    running = None if exclusive else running_dsn(settings.data)
    if running:
        yield running
        return
    postgres = Postgres(settings.data, binaries=settings.postgres_bin)
    try:
        dsn = _start(postgres, meanwhile)
    except InUse:
        if exclusive:
            raise
        yield _running_or_raise(settings.data)
        return
    try:
        yield dsn
    finally:
        postgres.stop()


def running_dsn(data: Path) -> str | None:
    """How to reach the embedded PostgreSQL that another process has started in `data`; waits for one that starts."""
    until = time.monotonic() + _WAIT
    while (found := owner(data)) is not None:
        if found[1]:
            return found[1]
        if time.monotonic() > until:
            raise PostgresUnavailable(
                f"process {found[0]} has the data folder {data}, but its PostgreSQL does not get ready"
            )
        time.sleep(0.05)
    return None


def _running_or_raise(data: Path) -> str:
    dsn = running_dsn(data)
    if dsn is None:
        raise PostgresUnavailable(f"the data folder {data} was in use a moment ago; try again")
    return dsn


def _start(postgres: Postgres, meanwhile: Callable[[], object] | None) -> str:
    if meanwhile is None:
        return postgres.start()
    # Not at the top: most commands do without.
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as starting:
        started = starting.submit(postgres.start)
        meanwhile()
        return started.result()

"""What `harken doctor` looks at. It changes nothing and starts nothing."""

import os
import platform
import shutil
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Literal

import asyncpg
import msgspec

from harken import __version__
from harken.kit import pg_binaries, pg_cluster
from harken.kit.migrate import OLDEST_POSTGRES, pending
from harken.kit.pg_binaries import PostgresUnavailable
from harken.kit.postgres import owner
from harken.kit.settings import Settings

_STATIC = Path(__file__).parent.parent / "static"


class Finding(msgspec.Struct, frozen=True):
    """`bad`: Harken will not run, or loses something. `note`: one should know."""

    verdict: Literal["ok", "note", "bad"]
    subject: str
    text: str


async def examine(settings: Settings) -> list[Finding]:
    looks: list[Callable[[Settings], Iterator[Finding]]] = [_program, _postgres, _data, _files, _front_end, _address]
    findings = [finding for look in looks for finding in look(settings)]
    return findings + [finding async for finding in _database(settings)]


def _program(_: Settings) -> Iterator[Finding]:
    who = "root" if os.geteuid() == 0 else f"user {os.geteuid()}"
    python = f"Python {platform.python_version()} ({sys.executable})"
    yield Finding("ok", "harken", f"{__version__} on {python}, {platform.system()} {platform.machine()}, as {who}")


def _postgres(settings: Settings) -> Iterator[Finding]:
    try:
        binaries = pg_binaries.find(settings.postgres_bin)
    except PostgresUnavailable as error:
        # With a database elsewhere only backup and restore need the programs.
        yield Finding("note" if settings.database_url else "bad", "postgres", str(error))
        return
    yield Finding("ok", "postgres", f"{binaries.version} of the {binaries.source}, in {binaries.folder}")
    version = pg_cluster.existing_version(settings.data)
    if version and version != str(binaries.major) and not settings.database_url:
        yield Finding("bad", "postgres", f"the data folder is of PostgreSQL {version}, not {binaries.major}")


def _data(settings: Settings) -> Iterator[Finding]:
    data = settings.data
    if not data.exists():
        yield Finding("note", "data", f"{data} does not exist yet; the first start makes it")
        return
    if not os.access(data, os.W_OK | os.X_OK):
        yield Finding("bad", "data", f"{data} is not ours to write to")
        return
    free = shutil.disk_usage(data).free
    yield Finding("ok" if free > 1 << 30 else "bad", "data", f"{data}, {free / 1e9:.1f} GB free")
    pointer = data / "postgres.location"
    if pointer.exists():
        yield Finding("note", "data", f"PostgreSQL's part is in {pointer.read_text().strip()}")
    if settings.key_file.exists() and settings.key_file.stat().st_mode & 0o077:
        yield Finding("bad", "key", f"{settings.key_file} can be read by others; chmod 600 it")
    try:
        held = owner(data)
    except PostgresUnavailable as error:
        yield Finding("bad", "lock", str(error))
        return
    yield Finding("ok", "lock", f"in use by process {held[0]}" if held else "free")


def _files(settings: Settings) -> Iterator[Finding]:
    if settings.blobs_url:
        yield Finding("ok", "files", f"in {settings.blobs_url.split('?')[0]}")
    elif settings.blob_folder.exists():
        files = [path for path in settings.blob_folder.rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files)
        yield Finding("ok", "files", f"{len(files)} in {settings.blob_folder}, {size / 1e6:.1f} MB")
    else:
        yield Finding("note", "files", "none yet")


def _front_end(_: Settings) -> Iterator[Finding]:
    for name, page in (("app", "index.html"), ("widget", "loader.js")):
        if (_STATIC / name / page).exists():
            yield Finding("ok", "front end", f"{name}: built")
        else:
            yield Finding("bad", "front end", f"{name}: not built; `make setup` in a checkout builds it")


def _address(settings: Settings) -> Iterator[Finding]:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((settings.host, settings.port))
            taken = ""
        except OSError as error:
            taken = f": {error.strerror} (Harken itself, if it runs)"
    where = f"{settings.host} port {settings.port}, reached as {settings.public_url}"
    yield Finding("note" if taken else "ok", "address", where + taken)


async def _database(settings: Settings) -> AsyncIterator[Finding]:
    try:
        held = None if settings.database_url else owner(settings.data)
    except PostgresUnavailable:
        return
    dsn = settings.database_url or (held[1] if held else None)
    if dsn is None:
        yield Finding("note", "database", "the embedded PostgreSQL does not run; a command that needs it starts it")
        return
    try:
        async for finding in _ask(dsn):
            yield finding
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError, ValueError) as error:
        yield Finding("bad", "database", f"cannot be reached: {error}")


async def _ask(dsn: str) -> AsyncIterator[Finding]:
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        version = connection.get_server_version()
        size = await connection.fetchval("select pg_database_size(current_database())")
        old = version.major < OLDEST_POSTGRES
        needs = f"; Harken needs {OLDEST_POSTGRES} or later" if old else ""
        yield Finding(
            "bad" if old else "ok",
            "database",
            f"PostgreSQL {version.major}.{version.minor}, {size / 1e6:.0f} MB{needs}",
        )
        waiting = await pending(dsn)
        text = f"{len(waiting)} to be applied at the next start" if waiting else "all applied"
        yield Finding("note" if waiting else "ok", "migrations", text)
        if not waiting:
            parked = await connection.fetchval("select count(*) from receipt where outcome = 'parked'")
            yield Finding("note" if parked else "ok", "receipts", f"{parked} parked")
    finally:
        await connection.close()

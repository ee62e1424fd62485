"""A backup as one tar file: about.json, key, database.dump (pg_dump's custom format) and blobs/.

The dump comes first: a blob is stored before the row that names it commits, so every file the dump knows is there when
the blobs are read.
"""

import asyncio
import io
import os
import re
import subprocess
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import asyncpg
import msgspec

from harken import __version__
from harken.entry.opened import blobs
from harken.kit import pg_binaries
from harken.kit.errors import Conflict, HarkenError
from harken.kit.migrate import migrate
from harken.kit.pg_cluster import make_folder
from harken.kit.settings import Settings

FORMAT = 1
_KEY = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]*(/[0-9A-Za-z][0-9A-Za-z._-]*)*")


class About(msgspec.Struct, frozen=True):
    format: int
    version: str
    made_at: datetime


class NotABackup(HarkenError):
    """The file is something else, or of a later version."""


async def write_archive(dsn: str, settings: Settings, file: Path) -> int:
    """Returns its size in bytes. The file is complete or not there."""
    partial = file.with_name(f"{file.name}.partial")
    try:
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".harken-") as folder:
            dump = Path(folder) / "database.dump"
            await asyncio.to_thread(_run, settings, "pg_dump", dsn, "--format=custom", "--no-owner", f"--file={dump}")
            with os.fdopen(os.open(partial, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target:
                with tarfile.open(fileobj=target, mode="w") as tar:
                    await _fill(tar, dump, settings)
                target.flush()
                os.fsync(target.fileno())
        partial.rename(file)
    finally:
        partial.unlink(missing_ok=True)
    return file.stat().st_size


async def _fill(tar: tarfile.TarFile, dump: Path, settings: Settings) -> None:
    _add(tar, "about.json", msgspec.json.encode(About(FORMAT, __version__, datetime.now(UTC))))
    if settings.key_file.exists():
        _add(tar, "key", settings.key_file.read_bytes())
    tar.add(dump, "database.dump")
    store = blobs(settings)
    async for key in store.keys():
        _add(tar, f"blobs/{key}", await store.get(key))


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o600
    tar.addfile(member, io.BytesIO(content))


async def read_archive(dsn: str, settings: Settings, file: Path) -> None:
    """Into a database without a workspace. Raises Conflict when there is one, NotABackup."""
    await _refuse_unless_empty(dsn, settings)
    try:
        with tarfile.open(file) as tar, tempfile.TemporaryDirectory(prefix="harken-") as folder:
            _check(tar)
            dump = Path(folder) / "database.dump"
            with dump.open("wb") as target:
                target.write(_content(tar, "database.dump"))
            await _empty(dsn)
            await asyncio.to_thread(
                _run,
                settings,
                "pg_restore",
                dsn,
                "--no-owner",
                "--no-acl",
                "--exit-on-error",
                "--single-transaction",
                str(dump),
            )
            await _put_back(tar, settings)
    except (tarfile.TarError, KeyError) as error:
        raise NotABackup(f"{file} is not a backup of Harken, or is damaged: {error}") from error
    await migrate(dsn)


def _check(tar: tarfile.TarFile) -> None:
    about = msgspec.json.decode(_content(tar, "about.json"), type=About)
    if about.format > FORMAT:
        raise NotABackup(f"the backup was made by Harken {about.version}, which is newer than this one ({__version__})")


def _content(tar: tarfile.TarFile, name: str) -> bytes:
    member = tar.extractfile(name)
    if member is None:
        raise KeyError(name)
    return member.read()


async def _put_back(tar: tarfile.TarFile, settings: Settings) -> None:
    make_folder(settings.data)
    store = blobs(settings)
    for member in tar:
        kind, _, key = member.name.partition("/")
        content = tar.extractfile(member)
        if content is None:
            continue
        if kind == "blobs" and _KEY.fullmatch(key):
            await store.put(key, content.read())
        elif member.name == "key":
            with os.fdopen(os.open(settings.key_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target:
                target.write(content.read())


async def _refuse_unless_empty(dsn: str, settings: Settings) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        there = await connection.fetchval("select to_regclass('workspace')")
        if there and await connection.fetchval("select exists (select from workspace)"):
            raise Conflict(f"{settings.data} already holds a workspace; restore into an empty folder or database")
    finally:
        await connection.close()


async def _empty(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("set client_min_messages = warning; drop schema public cascade; create schema public")
    finally:
        await connection.close()


def _run(settings: Settings, program: str, dsn: str, *arguments: str) -> None:
    """The password goes by the environment: arguments can be read by everybody on the machine."""
    parts = urlsplit(dsn)
    password = parts.password
    shown = urlunsplit(parts._replace(netloc=parts.netloc.replace(f":{password}@", "@"))) if password else dsn
    command = [pg_binaries.find(settings.postgres_bin).program(program), f"--dbname={shown}", *arguments]
    environment = {**os.environ, **({"PGPASSWORD": unquote(password)} if password else {})}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise HarkenError(f"{program} failed: {done.stderr.strip()}")

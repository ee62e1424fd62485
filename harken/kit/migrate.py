"""Migrations: numbered SQL files, forward only, each in a transaction, under an advisory lock."""

from pathlib import Path

import asyncpg

FOLDER = Path(__file__).parent.parent / "migrations"
OLDEST_POSTGRES = 15
_LOCK = 0x48_41_52_4B  # any number that nothing else locks


class TooOld(Exception):
    """The database is another, older PostgreSQL than Harken runs on."""


class UnknownMigration(Exception):
    """The database was migrated by a newer Harken."""


async def migrate(dsn: str) -> list[str]:
    """Applies what is missing, in order; returns the names of what it applied.

    May run in several processes at once: they wait for one another. Raises TooOld, UnknownMigration, and
    asyncpg.PostgresError for a migration that fails (which then has changed nothing).
    """
    connection = await asyncpg.connect(dsn, server_settings={"application_name": "harken migrate"})
    try:
        _check_version(connection)
        await connection.execute(f"set client_min_messages = warning; select pg_advisory_lock({_LOCK})")
        try:
            return await _apply_missing(connection)
        finally:
            await connection.execute("select pg_advisory_unlock($1)", _LOCK)
    finally:
        await connection.close()


async def pending(dsn: str) -> list[str]:
    """The names of migrations that the database does not have yet."""
    connection = await asyncpg.connect(dsn)
    try:
        applied = await _applied(connection)
    finally:
        await connection.close()
    return [path.name for path in files() if path.name not in applied]


def files() -> list[Path]:
    return sorted(FOLDER.glob("[0-9]*.sql"))


def _check_version(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    version = connection.get_server_version()
    if version.major < OLDEST_POSTGRES:
        raise TooOld(f"Harken needs PostgreSQL {OLDEST_POSTGRES} or later; this is {version.major}.{version.minor}")


async def _applied(connection: "asyncpg.Connection[asyncpg.Record]") -> set[str]:
    if await connection.fetchval("select to_regclass('schema_migration')") is None:
        return set()
    return {str(row["name"]) for row in await connection.fetch("select name from schema_migration")}


async def _apply_missing(connection: "asyncpg.Connection[asyncpg.Record]") -> list[str]:
    await connection.execute("""
        create table if not exists schema_migration (
            name text primary key,
            applied_at timestamptz not null default now()
        )
    """)
    applied = await _applied(connection)
    ours = files()
    if unknown := applied - {path.name for path in ours}:
        raise UnknownMigration(f"the database was made by a newer Harken: it has {', '.join(sorted(unknown))}")
    missing = [path for path in ours if path.name not in applied]
    for path in missing:
        await _apply(connection, path)
    return [path.name for path in missing]


async def _apply(connection: "asyncpg.Connection[asyncpg.Record]", path: Path) -> None:
    async with connection.transaction():
        await connection.execute("set local lock_timeout = '10s'; set local statement_timeout = '10min'")
        await connection.execute(path.read_text())
        await connection.execute("insert into schema_migration (name) values ($1)", path.name)

"""kit/migrate.py"""

import asyncio

import asyncpg
import pytest

from harken.kit.db import Database
from harken.kit.migrate import UnknownMigration, files, migrate, pending
from tests.world import World, add_conversation, add_message


async def test_processes_that_migrate_at_once_apply_each_migration_once(database_dsn: str) -> None:
    connection = await asyncpg.connect(database_dsn)
    await connection.execute("drop schema public cascade; create schema public")
    assert await pending(database_dsn) == [path.name for path in files()]
    applied = await asyncio.gather(*(migrate(database_dsn) for _ in range(4)))
    assert sorted(name for names in applied for name in names) == [path.name for path in files()]
    assert await pending(database_dsn) == []
    await connection.close()


async def test_a_database_of_a_newer_version_is_refused(database: Database, database_dsn: str) -> None:
    async with database.connection() as connection:
        await connection.execute("insert into schema_migration (name) values ('9999_later.sql')")
    with pytest.raises(UnknownMigration, match="9999_later"):
        await migrate(database_dsn)


async def test_the_named_world_is_consistent(world: World) -> None:
    conversation = await add_conversation(world, team=world.orders)
    await add_message(world, conversation, "Where is my order?")
    async with world.db.connection() as connection:
        assert await connection.fetchval("select count(*) from message") == 1
